#include "supervisor/admin_commands.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "common/duration.hpp"
#include "common/suggestion.hpp"

namespace belfry::supervisor {
namespace {

using Json = nlohmann::ordered_json;

void status(AdminActions& actions, const AdminArguments&, const AdminReply& reply) { reply(actions.status()); }

void stop(AdminActions& actions, const AdminArguments&, const AdminReply& reply) {
  reply({{"stopping", true}});
  actions.stop();
}

constexpr Milliseconds kLongest = Seconds(3'600);  // as for drain_time

Result<Milliseconds> parse_time(const std::string& text) {
  const auto time = parse_duration(text);
  if (!time) return Unexpected(fmt::format("\"{}\" is no duration such as 60s", text));
  if (*time > kLongest) return Unexpected(text + " is longer than 1h");
  return *time;
}

void drain(AdminActions& actions, const AdminArguments& arguments, const AdminReply& reply) {
  if (arguments.empty()) return actions.drain(std::nullopt, reply);
  auto over = parse_time(arguments[0]);
  if (!over) return reply(admin_error(over.error().message));
  actions.drain(*over, reply);
}

std::optional<std::uint32_t> parse_number(const std::string& text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Result<std::uint32_t> parse_slot(const std::string& text, std::uint32_t slots) {
  if (const auto slot = parse_number(text); slot && *slot < slots) return *slot;
  return Unexpected(fmt::format("there is no slot \"{}\": slots are 0 to {}", text, slots - 1));
}

void restart(AdminActions& actions, const AdminArguments& arguments, const AdminReply& reply) {
  if (arguments.empty()) return actions.restart(std::nullopt, reply);
  const auto slot = parse_slot(arguments[0], actions.slots());
  if (!slot) return reply(admin_error(slot.error().message));
  actions.restart(slot.value(), reply);
}

void upgrade(AdminActions& actions, const AdminArguments& arguments, const AdminReply& reply) {
  actions.upgrade(arguments[0], reply);
}

constexpr Milliseconds kRebalanceTime = Seconds(60);  // of a rebalance that does not say

void rebalance(AdminActions& actions, const AdminArguments& arguments, const AdminReply& reply) {
  auto over = arguments.empty() ? Result<Milliseconds>(kRebalanceTime) : parse_time(arguments[0]);
  if (!over) return reply(admin_error(over.error().message));
  actions.rebalance(*over, reply);
}

void reload(AdminActions& actions, const AdminArguments& arguments, const AdminReply& reply) {
  if (!arguments.empty() && arguments[0] != "dry-run")
    return reply(admin_error(fmt::format("unknown word \"{}\": dry-run", arguments[0])));
  actions.reload(!arguments.empty(), reply);
}

constexpr std::string_view kEveryChannel = "*";

void tail(AdminActions& actions, const AdminArguments& arguments, const AdminReply& reply) {
  TailOrder order = {.app = arguments[0], .channel = "", .payloads = arguments.size() > 2};
  if (order.payloads && arguments[2] != "payload")
    return reply(admin_error(fmt::format("unknown word \"{}\": only payload may follow the channel", arguments[2])));
  if (arguments.size() > 1 && arguments[1] != kEveryChannel) order.channel = arguments[1];
  actions.tail(order, reply);
}

void presence(AdminActions& actions, const AdminArguments& arguments, const AdminReply& reply) {
  if (arguments[0] != "verify") return reply(admin_error(fmt::format("unknown word \"{}\": verify", arguments[0])));
  actions.verify_presence(reply);
}

void memory(AdminActions& actions, const AdminArguments&, const AdminReply& reply) { actions.report_memory(reply); }

void nodes(AdminActions& actions, const AdminArguments&, const AdminReply& reply) { actions.list_nodes(reply); }

constexpr Milliseconds kWatchInterval = Seconds(1);
constexpr std::uint32_t kMostSeconds = 3'600;

void watch(AdminActions& actions, const AdminArguments& arguments, const AdminReply& reply) {
  Milliseconds interval = kWatchInterval;
  if (!arguments.empty()) {
    const auto seconds = parse_number(arguments[0]);
    if (!seconds || *seconds == 0 || *seconds > kMostSeconds)
      return reply(admin_error(fmt::format("\"{}\" is no number of seconds: 1 to {}", arguments[0], kMostSeconds)));
    interval = Seconds(*seconds);
  }
  reply.repeat(interval, [&actions] { return actions.status(); });
}

void log(AdminActions& actions, const AdminArguments& arguments, const AdminReply& reply) {
  static const std::vector<std::string> kLevels = {"debug", "info", "warning", "error"};
  if (arguments[0] != "level") return reply(admin_error(fmt::format("unknown word \"{}\": level", arguments[0])));
  if (arguments.size() == 1) return reply({{"level", actions.log_level()}});
  const std::string& level = arguments[1];
  if (std::ranges::find(kLevels, level) == kLevels.end())
    return reply(admin_error(fmt::format("there is no log level \"{}\": {}", level, fmt::join(kLevels, ", "))));
  actions.set_log_level(level);
  reply({{"level", level}, {"until", "the next reload"}});
}

void debug(AdminActions& actions, const AdminArguments& arguments, const AdminReply& reply) {
  if (!actions.allows_debugging()) return reply(admin_error("debug commands are off (debug_commands = true)"));
  if (arguments[0] != "crash" && arguments[0] != "hang")
    return reply(admin_error(fmt::format("unknown fault \"{}\": crash or hang", arguments[0])));
  const auto slot = parse_slot(arguments[1], actions.slots());
  if (!slot) return reply(admin_error(slot.error().message));
  const Fault fault = arguments[0] == "crash" ? Fault::crash : Fault::hang;
  const auto injected = actions.inject(fault, slot.value());
  if (!injected) return reply(admin_error(injected.error().message));
  reply({{"injected", arguments[0]}, {"slot", slot.value()}});
}

constexpr std::size_t kAlways = 0;
constexpr std::size_t kNever = ~std::size_t{0};

std::string needs_of(const AdminCommand& row) {
  if (row.control_from == kAlways) return "control";
  if (row.control_from == kNever) return "read-only";
  return fmt::format("read-only; control with {} words", row.control_from);
}

void help(AdminActions&, const AdminArguments&, const AdminReply& reply) {
  Json rows = Json::array();
  for (const AdminCommand& row : admin_commands())
    rows.push_back({{"name", row.name}, {"arguments", row.arguments}, {"help", row.help}, {"needs", needs_of(row)}});
  reply({{"commands", std::move(rows)}});
}

// clang-format off
constexpr AdminCommand kCommands[] = {
    {"status", "", "the node, its Redis, its apps and its workers", 0, 0, kNever, status},
    {"watch", "[SECONDS]", "the same each second, or so many, a line each, until the client closes", 0, 1, kNever, watch},
    {"memory", "", "what each worker's memory is used for, a line for each", 0, 0, kNever, memory},
    {"nodes", "", "the nodes of the cluster, a line for each, then one of the worker that was asked", 0, 0, kNever, nodes},
    {"presence", "verify", "compare presence with Redis: a line for each difference, then one for each worker", 1, 1, kNever,
     presence},
    {"tail", "KEY [CHANNEL|* [payload]]", "tell what happens to an app, a line each, until the client closes", 1, 3, 3, tail},
    {"log", "level [LEVEL]", "from which level on the node logs, or shall log until the next reload", 1, 2, 2, log},
    {"reload", "[dry-run]", "read the configuration again, show what is different, apply what can be", 0, 1, kAlways, reload},
    {"restart", "[SLOT]", "replace one worker, or all of them one after the other", 0, 1, kAlways, restart},
    {"upgrade", "CONTRACT", "replace all workers by those of the installed binary, which speaks that contract", 1, 1, kAlways,
     upgrade},
    {"rebalance", "[DURATION]", "move clients from workers with more than the mean to the others, by closing them", 0, 1,
     kAlways, rebalance},
    {"drain", "[DURATION]", "take no new clients, close those that are here over the time, then stop", 0, 1, kAlways, drain},
    {"stop", "", "close every client and exit; the connection ends when the supervisor does", 0, 0, kAlways, stop},
    {"debug", "crash|hang SLOT", "break a worker on purpose, where debug_commands allows it", 2, 2, kAlways, debug},
    {"help", "", "this table", 0, 0, kNever, help},
};
// clang-format on

AdminArguments words_of(std::string_view line) {
  AdminArguments words;
  std::istringstream stream{std::string(line)};
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

std::string unknown(const std::string& word) {
  std::vector<std::string> names;
  for (const AdminCommand& row : kCommands) names.emplace_back(row.name);
  const std::string suggestion = did_you_mean(word, names);
  return fmt::format("unknown command \"{}\"{}", word, suggestion.empty() ? "; `help` lists them" : suggestion);
}

std::string needs_control(const std::string& name, const AdminArguments& arguments) {
  return fmt::format(
      "permission denied: \"{}{}{}\" is for root and the server's own user, and where admin_group is \"control\" for "
      "members of the socket's group",
      name, arguments.empty() ? "" : " ", fmt::join(arguments, " "));
}

}  // namespace

std::span<const AdminCommand> admin_commands() { return kCommands; }

void run_admin_command(std::string_view line, AdminRole role, AdminActions& actions, const AdminReply& reply) {
  if (role == AdminRole::none) return reply(admin_error("permission denied"));
  AdminArguments words = words_of(line);
  if (words.empty()) return reply(admin_error("an empty line; `help` lists the commands"));
  const std::string name = words[0];
  const auto row = std::find_if(std::begin(kCommands), std::end(kCommands),
                                [&](const AdminCommand& command) { return command.name == name; });
  if (row == std::end(kCommands)) return reply(admin_error(unknown(name)));
  words.erase(words.begin());
  if (words.size() < row->min_arguments || words.size() > row->max_arguments)
    return reply(admin_error(fmt::format("usage: {}{}{}", name, row->arguments.empty() ? "" : " ", row->arguments)));
  if (role != AdminRole::control && words.size() >= row->control_from)
    return reply(admin_error(needs_control(name, words)));
  row->handler(actions, words, reply);
}

Json admin_error(const std::string& message) { return {{"error", message}}; }

}  // namespace belfry::supervisor
