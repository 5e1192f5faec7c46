#include "tools/commands/top.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "tools/commands/admin_command.hpp"
#include "tools/commands/failure.hpp"
#include "tools/commands/interrupt_signals.hpp"
#include "tools/top/node_rates.hpp"
#include "tools/top/screen.hpp"
#include "tools/top/terminal.hpp"

namespace belfry::tools {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kEndOfInput = '\x04';

// Why it is over: nothing is printed while the other screen stands.
struct Ending {
  ExitCode code = ExitCode::ok;
  std::string message = {};
};

class Top {
 public:
  Top(AdminClient& client, const InterruptSignals& signals, const TopTerminal* terminal)
      : client_(client), signals_(signals), terminal_(terminal) {}

  Ending run() {
    if (terminal_ == nullptr && !print(summary_titles())) return no_output();
    while (!ending_) wait();
    return *ending_;
  }

 private:
  void wait() {
    pollfd waiting[] = {{client_.fd(), POLLIN, 0}, {signals_.fd(), POLLIN, 0}, {keyboard_, POLLIN, 0}};
    if (::poll(waiting, std::size(waiting), -1) < 0 && errno != EINTR)
      return end({ExitCode::failure, errno_error("poll").message});
    if (waiting[2].revents != 0) read_keys();
    if (waiting[1].revents != 0) take_signals();
    if (waiting[0].revents != 0 && !ending_) take_answers();
  }

  void take_answers() {
    auto goes_on = client_.take_lines([this](std::string_view line) {
      if (!ending_) take(line);
    });
    if (!goes_on) return end({ExitCode::unavailable, goes_on.error().message});
    if (!*goes_on && !ending_) end({ExitCode::unavailable, "the node has gone"});
  }

  void take(std::string_view line) {
    try {
      Json status = Json::parse(line);
      if (const auto error = status.find("error"); error != status.end())
        return end({ExitCode::failure, error->get<std::string>()});
      node_ = node_rates(before_, status);
      const bool is_first = std::exchange(before_, std::move(status)).is_null();
      if (terminal_ != nullptr) draw();
      else if (!is_first && !print(summary_line(*node_))) end(no_output());
    } catch (const Json::exception& error) {
      end({ExitCode::failure, std::string("the supervisor's answer is not what was expected: ") + error.what()});
    }
  }

  void draw() {
    if (node_ && !terminal_->draw(screen_lines(*node_, terminal_->size()))) end(no_output());
  }

  void take_signals() {
    signalfd_siginfo signal;
    while (::read(signals_.fd(), &signal, sizeof signal) == sizeof signal) {
      if (signal.ssi_signo != SIGWINCH) end({});
      else if (terminal_ != nullptr) draw();
    }
  }

  void read_keys() {
    std::array<char, 64> keys;
    const ssize_t count = ::read(keyboard_, keys.data(), keys.size());
    if (count <= 0) keyboard_ = -1;
    for (ssize_t i = 0; i < count; ++i)
      if (const char key = keys[static_cast<std::size_t>(i)]; key == 'q' || key == 'Q' || key == kEndOfInput) end({});
  }

  static bool print(const std::string& line) {
    return std::fwrite(line.data(), 1, line.size(), stdout) == line.size() && std::fputc('\n', stdout) != EOF &&
           std::fflush(stdout) == 0;
  }

  static Ending no_output() { return {ExitCode::failure, errno_error("standard output").message}; }
  void end(Ending ending) {
    if (!ending_) ending_ = std::move(ending);
  }

  AdminClient& client_;
  const InterruptSignals& signals_;
  const TopTerminal* terminal_;  // null: plain lines
  int keyboard_ = terminal_ != nullptr && ::isatty(STDIN_FILENO) == 1 ? STDIN_FILENO : -1;
  Json before_;
  std::optional<NodeRates> node_;
  std::optional<Ending> ending_;
};

Ending show(AdminClient& client, const InterruptSignals& signals) {
  if (auto asked = client.say("watch"); !asked) return {ExitCode::unavailable, asked.error().message};
  if (!TopTerminal::is_there()) return Top(client, signals, nullptr).run();
  const TopTerminal terminal;
  return Top(client, signals, &terminal).run();
}

ExitCode run_top(const OptionFlags& flags) {
  std::signal(SIGPIPE, SIG_IGN);
  const InterruptSignals signals({SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH});
  return with_admin_client(flags, [&](AdminClient& client) {
    const Ending ending = show(client, signals);
    signals.take();
    return ending.message.empty() ? ending.code : fail(ending.code, ending.message);
  });
}

}  // namespace

void add_top_command(CLI::App& app, ExitCode& exit_code) {
  auto* command = app.add_subcommand("top", "Show a node at work, live: workers, apps, messages and bytes per second");
  const auto flags = add_admin_flags(*command);
  command->callback([flags, &exit_code] { exit_code = run_top(*flags); });
}

}  // namespace belfry::tools
