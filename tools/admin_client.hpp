// One connection to the admin socket of a running supervisor: a command out on a line, one JSON object in on a line.
// Blocking, with a deadline for each step; for short-lived commands.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "common/clock.hpp"
#include "common/result.hpp"
#include "common/unique_fd.hpp"

namespace belfry::tools {

inline constexpr Milliseconds kAdminTimeout = Seconds(5);

class AdminClient {
 public:
  // The Error says that nobody is there, or that this user may not.
  static Result<AdminClient> open(const std::string& path);

  // The line that was answered, without its end; an answer {"error": "..."} is an answer.
  Result<std::string> ask(std::string_view command, Milliseconds timeout = kAdminTimeout);

  // Each line that comes, until the supervisor ends the connection (true), or `interrupt_fd` is readable or `on_line`
  // returns false (false). Without a deadline.
  Result<bool> follow(int interrupt_fd, const std::function<bool(std::string_view line)>& on_line);

  // For those who wait for more than one thing: says a command, and gives what has come of the answers. false: no more
  // will come.
  Result<void> say(std::string_view command, Milliseconds timeout = kAdminTimeout);
  int fd() const { return socket_.get(); }
  Result<bool> take_lines(const std::function<void(std::string_view line)>& on_line);

  // Until the supervisor's process is gone.
  Result<void> wait_for_end(Milliseconds timeout);

 private:
  AdminClient(UniqueFd socket, UniqueFd process) : socket_(std::move(socket)), process_(std::move(process)) {}

  Result<void> write_line(std::string_view command, TimePoint deadline);
  Result<std::string> read_line(TimePoint deadline);
  std::optional<std::string> take_line();
  Result<bool> read_more();

  UniqueFd socket_;
  std::string input_;  // received, not yet taken
  UniqueFd process_;   // pidfd of the supervisor; none where the kernel does not tell
};

}  // namespace belfry::tools
