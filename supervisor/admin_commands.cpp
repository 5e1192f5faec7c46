#include "supervisor/admin_commands.hpp"

#include <fmt/format.h>

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

std::string no_duration(const std::string& text) { return fmt::format("\"{}\" is no duration such as 60s", text); }

void drain(AdminActions& actions, const AdminArguments& arguments, const AdminReply& reply) {
  if (arguments.empty()) return actions.drain(std::nullopt, reply);
  const auto over = parse_duration(arguments[0]);
  if (!over) return reply(admin_error(no_duration(arguments[0])));
  actions.drain(*over, reply);
}

Result<std::uint32_t> parse_slot(const std::string& text, std::uint32_t slots) {
  std::uint32_t slot = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), slot);
  if (error == std::errc() && end == text.data() + text.size() && slot < slots) return slot;
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
  const auto over = arguments.empty() ? std::optional(kRebalanceTime) : parse_duration(arguments[0]);
  if (!over) return reply(admin_error(no_duration(arguments[0])));
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

void help(AdminActions&, const AdminArguments&, const AdminReply& reply) {
  Json rows = Json::array();
  for (const AdminCommand& row : admin_commands())
    rows.push_back({{"name", row.name}, {"arguments", row.arguments}, {"help", row.help}});
  reply({{"commands", std::move(rows)}});
}

constexpr AdminCommand kCommands[] = {
    {"status", "", "the node, its Redis and its workers", 0, 0, status},
    {"stop", "", "close every client and exit; the connection ends when the supervisor does", 0, 0, stop},
    {"drain", "[DURATION]", "take no new clients, close those that are here over the time, then stop", 0, 1, drain},
    {"restart", "[SLOT]", "replace one worker, or all of them one after the other", 0, 1, restart},
    {"upgrade", "CONTRACT", "replace all workers by those of the installed binary, which speaks that contract", 1, 1,
     upgrade},
    {"rebalance", "[DURATION]", "move clients from workers with more than the mean to the others, by closing them", 0,
     1, rebalance},
    {"reload", "[dry-run]", "read the configuration again, show what is different, apply what can be", 0, 1, reload},
    {"presence", "verify", "compare presence with Redis: a line for each difference, then one for each worker", 1, 1,
     presence},
    {"nodes", "", "the nodes of the cluster, a line for each, then one of the worker that was asked", 0, 0, nodes},
    {"memory", "", "what each worker's memory is used for, a line for each", 0, 0, memory},
    {"tail", "KEY [CHANNEL|* [payload]]", "tell what happens to an app, a line each, until the client closes", 1, 3,
     tail},
    {"debug", "crash|hang SLOT", "break a worker on purpose, where debug_commands allows it", 2, 2, debug},
    {"help", "", "this table", 0, 0, help},
};

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

}  // namespace

std::span<const AdminCommand> admin_commands() { return kCommands; }

void run_admin_command(std::string_view line, AdminActions& actions, const AdminReply& reply) {
  AdminArguments words = words_of(line);
  if (words.empty()) return reply(admin_error("an empty line; `help` lists the commands"));
  const std::string name = words[0];
  const auto row = std::find_if(std::begin(kCommands), std::end(kCommands),
                                [&](const AdminCommand& command) { return command.name == name; });
  if (row == std::end(kCommands)) return reply(admin_error(unknown(name)));
  words.erase(words.begin());
  if (words.size() < row->min_arguments || words.size() > row->max_arguments)
    return reply(admin_error(fmt::format("usage: {}{}{}", name, row->arguments.empty() ? "" : " ", row->arguments)));
  row->handler(actions, words, reply);
}

Json admin_error(const std::string& message) { return {{"error", message}}; }

}  // namespace belfry::supervisor
