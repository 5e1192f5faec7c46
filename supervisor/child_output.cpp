#include "supervisor/child_output.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <utility>

#include "common/log.hpp"

namespace belfry::supervisor {

namespace {
constexpr std::size_t kLongestLine = 1024;  // what is longer is cut into lines of this size
}

Result<std::unique_ptr<ChildOutput>> ChildOutput::open(uv_loop_t* loop, std::string child) {
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) != 0) return Unexpected(errno_error("pipe"));
  UniqueFd own_end(fds[0]), child_end(fds[1]);
  // Only our end: a child does not expect EAGAIN from its standard error.
  if (::fcntl(own_end.get(), F_SETFL, O_NONBLOCK) != 0) return Unexpected(errno_error("pipe: O_NONBLOCK"));
  return std::unique_ptr<ChildOutput>(
      new ChildOutput(loop, std::move(child), std::move(own_end), std::move(child_end)));
}

ChildOutput::ChildOutput(uv_loop_t* loop, std::string child, UniqueFd own_end, UniqueFd child_end)
    : child_(std::move(child)),
      own_end_(std::move(own_end)),
      child_end_(std::move(child_end)),
      poll_(make_uv_handle<uv_poll_t>(loop, this, uv_poll_init, own_end_.get())) {
  uv_poll_start(poll_.get(), UV_READABLE, [](uv_poll_t* poll, int, int) noexcept {
    if (poll->data != nullptr) static_cast<ChildOutput*>(poll->data)->drain();
  });
}

void ChildOutput::drain() {
  char buffer[4096];
  for (;;) {
    const ssize_t size = ::read(own_end_.get(), buffer, sizeof buffer);
    if (size > 0) {
      take({buffer, static_cast<std::size_t>(size)});
    } else if (size == 0 || (errno != EAGAIN && errno != EINTR)) {
      uv_poll_stop(poll_.get());
      return;
    } else if (errno == EAGAIN) {
      return;
    }
  }
}

void ChildOutput::take(std::string_view text) {
  for (const char byte : text) {
    if (byte != '\n') unfinished_ += byte;
    if (byte != '\n' && unfinished_.size() < kLongestLine) continue;
    if (!unfinished_.empty()) last_line_ = std::exchange(unfinished_, "");
    log::debug(child_, {{"says", last_line_}});
  }
}

}  // namespace belfry::supervisor
