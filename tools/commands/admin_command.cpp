#include "tools/commands/admin_command.hpp"

#include <unistd.h>

#include <nlohmann/json.hpp>

#include "tools/commands/failure.hpp"

namespace belfry::tools {
namespace {

constexpr const char* kSystemRuntimeDir = "/run/belfry";

// An ordinary user's default is another directory than the system service's.
std::string hint(const std::string& path) {
  const std::string system_socket = std::string(kSystemRuntimeDir) + "/admin.sock";
  if (path == system_socket || ::access(system_socket.c_str(), F_OK) != 0) return "";
  return std::string("; one seems to run in ") + kSystemRuntimeDir + ": --runtime-dir=" + kSystemRuntimeDir;
}

// A socket that is named needs no configuration, which may be unreadable to this user.
Result<std::string> admin_socket(const OptionFlags& flags) {
  const FlagValues values = flags.values();
  if (const auto named = values.find("admin_socket"); named != values.end()) return named->second;
  return flags.admin_socket();
}

}  // namespace

std::shared_ptr<OptionFlags> add_admin_flags(CLI::App& command) {
  return OptionFlags::add_to(command, {"runtime_dir", "admin_socket"});
}

ExitCode with_admin_client(const OptionFlags& flags, const std::function<ExitCode(AdminClient& client)>& talk) {
  auto path = admin_socket(flags);
  if (!path)
    return fail(ExitCode::configuration,
                path.error().message + "\nbelfry: --admin-socket=PATH works without a configuration");
  auto client = AdminClient::open(*path);
  if (!client) return fail(ExitCode::unavailable, client.error().message + hint(*path));
  return talk(*client);
}

ExitCode ask(AdminClient& client, const std::string& command, Milliseconds timeout,
             const std::function<ExitCode(const nlohmann::ordered_json& answer)>& use) {
  auto line = client.ask(command, timeout);
  if (!line) return fail(ExitCode::unavailable, line.error().message);
  try {
    const auto answer = nlohmann::ordered_json::parse(*line);
    if (const auto error = answer.find("error"); error != answer.end())
      return fail(ExitCode::failure, error->get<std::string>());
    return use(answer);
  } catch (const nlohmann::json::exception& error) {
    return fail(ExitCode::failure, std::string("the supervisor's answer is not what was expected: ") + error.what());
  }
}

}  // namespace belfry::tools
