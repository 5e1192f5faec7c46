#include "tools/commands/ask_workers.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>

#include "tools/commands/admin_command.hpp"
#include "tools/commands/failure.hpp"
#include "tools/commands/interrupt_signals.hpp"

namespace belfry::tools {
namespace {

using Json = nlohmann::ordered_json;

ExitCode follow_workers(AdminClient& client, const InterruptSignals& interrupts, const std::string& command,
                        const TakePacket& take, std::set<std::uint32_t> waiting_for) {
  const auto on_line = [&](std::string_view line) {
    const Json packet = Json::parse(line);
    if (take(packet, line)) waiting_for.erase(packet.at("worker").get<std::uint32_t>());
    return !waiting_for.empty();
  };
  auto ended = client.follow(interrupts.fd(), on_line);
  if (!ended) return fail(ExitCode::unavailable, ended.error().message);
  if (waiting_for.empty()) return ExitCode::ok;
  if (!*ended) return fail(ExitCode::failure, command + ": interrupted");
  return fail(ExitCode::failure,
              fmt::format("{}: worker {} has died meanwhile", command, fmt::join(waiting_for, ", ")));
}

}  // namespace

ExitCode ask_workers(const OptionFlags& flags, const std::string& command, const TakePacket& take,
                     const std::function<ExitCode()>& conclude) {
  const InterruptSignals interrupts;
  return with_admin_client(flags, [&](AdminClient& client) {
    return ask(client, command, kAdminTimeout, [&](const Json& answer) {
      const ExitCode code =
          follow_workers(client, interrupts, command, take, answer.at("workers").get<std::set<std::uint32_t>>());
      return code == ExitCode::ok ? conclude() : code;
    });
  });
}

}  // namespace belfry::tools
