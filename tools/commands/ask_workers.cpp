#include "tools/commands/ask_workers.hpp"

#include <fmt/format.h>

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
  ExitCode code = ExitCode::ok;
  const auto on_line = [&](std::string_view line) {
    const Json packet = Json::parse(line);
    const auto worker = packet.at("worker").get<std::uint32_t>();
    const bool died = packet.contains("died");
    if (!waiting_for.contains(worker)) return true;  // it was not asked
    if (died) code = fail(ExitCode::failure, fmt::format("worker {} has died meanwhile", worker));
    if (died || take(packet, line)) waiting_for.erase(worker);
    return !waiting_for.empty();
  };
  const auto ended = client.follow(interrupts.fd(), on_line);
  if (!ended) return fail(ExitCode::unavailable, ended.error().message);
  return waiting_for.empty() ? code : fail(ExitCode::failure, command + ": interrupted");
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
