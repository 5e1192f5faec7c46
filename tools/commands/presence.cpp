#include "tools/commands/presence.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>

#include "tools/commands/admin_command.hpp"
#include "tools/commands/failure.hpp"
#include "tools/commands/interrupt_signals.hpp"

namespace belfry::tools {
namespace {

using Json = nlohmann::ordered_json;

// What the workers say, until each has said its last.
class Verification {
 public:
  Verification(const Json& workers, bool json) : waiting_for_(workers.get<std::set<std::uint32_t>>()), json_(json) {}

  // False: nothing more is to come.
  bool take(std::string_view line) {
    const Json packet = Json::parse(line);
    if (json_) fmt::print("{}\n", line);
    if (packet.contains("difference")) {
      if (!json_) print_difference(packet);
      return true;
    }
    if (waiting_for_.erase(packet.at("worker").get<std::uint32_t>()) == 0) return true;  // it was not asked
    if (packet.contains("died")) died_.insert(packet.at("worker").get<std::uint32_t>());
    channels_ += packet.value("channels", std::uint64_t{0});
    members_ += packet.value("members", std::uint64_t{0});
    differences_ += packet.value("differences", std::uint64_t{0});
    return !waiting_for_.empty();
  }

  bool is_complete() const { return waiting_for_.empty(); }

  ExitCode conclude() const {
    if (!json_)
      fmt::print("{} channels with {} members compared: {}\n", channels_, members_,
                 differences_ == 0 ? "no difference" : fmt::format("{} differences", differences_));
    for (const std::uint32_t worker : died_)
      fail(ExitCode::failure, fmt::format("worker {} has died meanwhile", worker));
    return died_.empty() && differences_ == 0 ? ExitCode::ok : ExitCode::failure;
  }

 private:
  static void print_difference(const Json& packet) {
    const std::string user = packet.value("user", "");
    fmt::print("worker {}, {}{}: {}\n", packet.at("worker").dump(), packet.at("channel").get<std::string>(),
               user.empty() ? "" : ", user " + user, packet.at("difference").get<std::string>());
  }

  std::set<std::uint32_t> waiting_for_;
  std::set<std::uint32_t> died_;
  bool json_;
  std::uint64_t channels_ = 0;
  std::uint64_t members_ = 0;
  std::uint64_t differences_ = 0;
};

ExitCode verify(const OptionFlags& flags, bool json) {
  const InterruptSignals interrupts;
  return with_admin_client(flags, [&](AdminClient& client) {
    return ask(client, "presence verify", kAdminTimeout, [&](const Json& answer) {
      Verification verification(answer.at("workers"), json);
      const auto ended = client.follow(interrupts.fd(), [&](std::string_view line) { return verification.take(line); });
      if (!ended) return fail(ExitCode::unavailable, ended.error().message);
      if (!verification.is_complete()) return fail(ExitCode::failure, "presence verify: interrupted");
      return verification.conclude();
    });
  });
}

}  // namespace

void add_presence_command(CLI::App& app, ExitCode& exit_code) {
  auto* presence = app.add_subcommand("presence", "Look after the members of presence channels");
  presence->require_subcommand(1);
  auto* command = presence->add_subcommand("verify", "Compare what this node's workers hold with Redis");
  auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "JSON lines, for programs");
  const auto flags = add_admin_flags(*command);
  command->callback([flags, json, &exit_code] { exit_code = verify(*flags, *json); });
}

}  // namespace belfry::tools
