#include "tools/conversation.hpp"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <string>

#include "tools/line_splitter.hpp"
#include "tools/wait_for.hpp"

namespace belfry::tools {
namespace {

// Above this, input waits for the socket.
constexpr std::size_t kQueueLimitBytes = 256 * 1024;
// One Ctrl-C may come twice: from the terminal, and from a parent that passes it on.
constexpr Milliseconds kOneInterrupt{500};

class Conversation {
 public:
  Conversation(WsClient& client, const ConversationPlan& plan)
      : client_(client), plan_(plan), input_open_(plan.input_fd >= 0), lines_(plan.on_line) {}

  Result<void> run() {
    while (true) {
      if (auto turned = client_.turn(); !turned) return turned;
      if (client_.is_closed()) return {};
      if (auto watched = watch_close(); !watched) return watched;
      if (auto waited = wait(); !waited) return waited;
      if (was_interrupted()) {
        if (auto obeyed = obey_interrupt(); !obeyed) return obeyed;
      }
      if (descriptors_[kInput].revents != 0) read_input();
    }
  }

 private:
  enum Slot : std::size_t { kSocket, kInput, kInterrupt, kSlots };

  bool ends() const { return client_.is_closing() || client_.peer_close(); }

  // Once the end has begun, time is measured from the last byte that could be written.
  Result<void> watch_close() {
    const auto now = Clock::now();
    if (!ends() || client_.written_bytes() != written_bytes_) {
      written_bytes_ = client_.written_bytes();
      close_deadline_ = now + plan_.close_timeout;
    }
    if (now < close_deadline_) return {};
    return Unexpected(Error{"the server did not take part in closing the connection in time", ETIMEDOUT});
  }

  // poll(2) ignores a descriptor of -1.
  Result<void> wait() {
    const bool takes_input =
        input_open_ && !client_.is_closing() && client_.queued_bytes() < kQueueLimitBytes && plan_.takes_lines();
    descriptors_[kSocket] = {client_.fd(), client_.poll_events(), 0};
    descriptors_[kInput] = {takes_input ? plan_.input_fd : -1, POLLIN, 0};
    descriptors_[kInterrupt] = {plan_.interrupt_fd, POLLIN, 0};
    const int limit = ends() ? poll_timeout(close_deadline_) : -1;
    if (poll(descriptors_.data(), kSlots, client_.has_more_to_read() ? 0 : limit) >= 0 || errno == EINTR) return {};
    return Unexpected(errno_error("waiting for the server"));
  }

  bool was_interrupted() {
    signalfd_siginfo signal;
    return descriptors_[kInterrupt].revents != 0 && read(plan_.interrupt_fd, &signal, sizeof signal) > 0;
  }

  Result<void> obey_interrupt() {
    const auto now = Clock::now();
    if (client_.is_closing()) {
      return now - interrupted_at_ < kOneInterrupt ? Result<void>() : Unexpected("interrupted while closing");
    }
    interrupted_at_ = now;
    client_.close();
    return {};
  }

  void read_input() {
    std::array<char, 16 * 1024> buffer;
    const auto count = read(plan_.input_fd, buffer.data(), buffer.size());
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count > 0) return lines_.feed({buffer.data(), static_cast<std::size_t>(count)});
    input_open_ = false;
    lines_.finish();
    if (plan_.close_at_end_of_input) client_.close();
  }

  WsClient& client_;
  const ConversationPlan& plan_;
  bool input_open_;
  LineSplitter lines_;
  std::array<pollfd, kSlots> descriptors_ = {};
  std::size_t written_bytes_ = 0;
  TimePoint close_deadline_;
  TimePoint interrupted_at_;
};

}  // namespace

Result<void> converse(WsClient& client, const ConversationPlan& plan) { return Conversation(client, plan).run(); }

}  // namespace belfry::tools
