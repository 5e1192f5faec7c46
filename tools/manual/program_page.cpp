#include <algorithm>

#include "common/option_table.hpp"
#include "common/version.hpp"
#include "tools/manual/pages.hpp"
#include "tools/manual/roff.hpp"

namespace belfry::tools {
namespace {

constexpr const char* kDescription =
    "A cluster of WebSocket servers that speaks the Pusher Channels protocol and a raw broadcast protocol. Browsers "
    "hold WebSockets, back ends publish, and every subscriber on every worker of every machine gets each message "
    "once. One supervisor (belfry serve) runs several workers on a machine; Redis, a private one unless redis.url "
    "names another, carries the messages between workers and machines.";

bool is_option_flag(const FlagModel& flag) {
  return std::ranges::any_of(setting_options(), [&](const auto& option) {
    return std::ranges::find(flag.names, flag_of(option.key)) != flag.names.end();
  });
}

// "--log-level text|json", "--raw-echo[=true|false]"
std::string tag_of(const FlagModel& flag) {
  std::string tag;
  for (const std::string& name : flag.names) tag.append(tag.empty() ? "" : ", ").append(name);
  if (flag.value.empty()) return tag;
  return flag.value_is_optional ? tag + "[=" + flag.value + "]" : tag + " " + flag.value;
}

std::string synopsis(const CommandModel& command, const std::string& path) {
  std::string line = path + (command.flags.empty() ? "" : " [OPTIONS]");
  for (const ArgumentModel& argument : command.arguments)
    line += " " + (argument.is_required ? argument.name : "[" + argument.name + "]") + (argument.repeats ? "..." : "");
  return line;
}

// A command with the flag of every option says so in a sentence.
void append_flags(Roff& page, const CommandModel& command) {
  const auto options = std::ranges::count_if(command.flags, is_option_flag);
  const bool has_all = options == static_cast<std::ptrdiff_t>(setting_options().size());
  for (const FlagModel& flag : command.flags)
    if (!(has_all && is_option_flag(flag)) && flag.names.front() != "-h") page.item(tag_of(flag), flag.help);
  if (has_all) page.paragraph("And the flags of all options, see OPTIONS OF THE CONFIGURATION.");
}

void append_command(Roff& page, const CommandModel& command, const std::string& above) {
  const std::string path = above + " " + command.name;
  for (const CommandModel& below : command.commands) append_command(page, below, path);
  if (!command.commands.empty()) return;
  page.subsection(synopsis(command, path)).paragraph(command.help + ".");
  for (const ArgumentModel& argument : command.arguments) page.item(argument.name, argument.help);
  append_flags(page, command);
}

void append_options(Roff& page, const CommandModel& program) {
  page.section("OPTIONS OF THE CONFIGURATION")
      .paragraph("Each option of belfry.toml(5) is a flag, too, which wins over the files and the environment:");
  const auto serve = std::ranges::find(program.commands, "serve", &CommandModel::name);
  for (const FlagModel& flag : serve->flags)
    if (is_option_flag(flag)) page.item(tag_of(flag), flag.help);
}

void append_signals(Roff& page) {
  page.section("SIGNALS OF BELFRY SERVE")
      .item("SIGTERM", "ends the node: with drain_time slowly, as belfry drain does; a second one ends it at once")
      .item("SIGINT", "ends the node at once; clients are closed with their code")
      .item("SIGHUP", "reads the configuration again, as belfry reload does, and logs what came of it");
}

void append_exit_codes(Roff& page) {
  page.section("EXIT STATUS")
      .item("0", "done")
      .item("1", "the command could not do what it was asked to; standard error says why")
      .item("64", "a wrong option or argument")
      .item("69", "no server answered")
      .item("70", "a defect of the program")
      .item("78", "the configuration is wrong");
}

void append_files(Roff& page) {
  page.section("FILES")
      .item("/etc/belfry/belfry.toml", "the configuration, see belfry.toml(5)")
      .item("/etc/belfry/belfry.d/*.toml", "read after it")
      .item("/run/belfry", "runtime_dir: the admin socket admin.sock, and the lock that keeps a second node out");
}

void append_environment(Roff& page) {
  page.section("ENVIRONMENT")
      .item("BELFRY_*", "each option of the configuration, as belfry.toml(5) says")
      .item("CREDENTIALS_DIRECTORY", "directory whose *.toml are read as configuration, after all other files")
      .item("NOTIFY_SOCKET, WATCHDOG_USEC", "of a service manager, see sd_notify(3)")
      .item("RUNTIME_DIRECTORY", "of a systemd unit with RuntimeDirectory=: runtime_dir unless the configuration says")
      .item("XDG_RUNTIME_DIR", "of an ordinary user: runtime_dir is belfry in it unless the configuration says");
}

}  // namespace

std::string program_page(const CommandModel& program) {
  Roff page("BELFRY", 1, "belfry " + std::string(version()));
  page.name("belfry - self-hosted WebSocket cluster");
  page.section("SYNOPSIS")
      .paragraph("belfry COMMAND [OPTIONS]")
      .paragraph("belfry --version")
      .paragraph("belfry --help");
  page.section("DESCRIPTION").paragraph(kDescription);
  page.section("COMMANDS");
  for (const CommandModel& command : program.commands) append_command(page, command, "belfry");
  append_options(page, program);
  append_signals(page);
  append_exit_codes(page);
  append_files(page);
  append_environment(page);
  page.section("SEE ALSO").paragraph("belfry.toml(5), systemd.service(5), redis-server(1)");
  return page.take();
}

}  // namespace belfry::tools
