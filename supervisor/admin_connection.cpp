#include "supervisor/admin_connection.hpp"

#include <poll.h>

#include <nlohmann/json.hpp>
#include <utility>

namespace belfry::supervisor {
namespace {

constexpr Milliseconds kAbsenceCheck{1000};

struct Write {
  uv_write_t request;
  std::string text;
  std::weak_ptr<AdminConnection> connection;
};

std::string text_of(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

AdminConnection::AdminConnection(UvHandle<uv_pipe_t> pipe, Callbacks callbacks)
    : pipe_(std::move(pipe)), callbacks_(std::move(callbacks)) {
  pipe_->data = this;
}

void AdminConnection::refuse(const std::string& why) {
  busy_ = closing_ = true;
  write(admin_error(why).dump());
}

// The next command, if a whole one is there.
void AdminConnection::advance() {
  const std::size_t length = input_.find('\n');
  if (length != std::string::npos && length <= kMaxAdminLine) {
    const std::string line = input_.substr(0, length);
    input_.erase(0, length + 1);
    return run(line);
  }
  if (input_.size() > kMaxAdminLine) return skip_line();
  if (!at_end_) return read();
  if (input_.empty()) return end();
  run(std::exchange(input_, ""));
}

// Answers a line that is too long and drops the rest of it as it comes.
void AdminConnection::skip_line() {
  const std::size_t length = input_.find('\n');
  skipping_ = length == std::string::npos;
  input_.erase(0, skipping_ ? length : length + 1);
  busy_ = true;
  write(admin_error("the line is longer than 64 KiB").dump());
}

void AdminConnection::read() {
  const auto allocate = [](uv_handle_t* pipe, std::size_t, uv_buf_t* buffer) noexcept {
    auto* self = static_cast<AdminConnection*>(pipe->data);
    *buffer = uv_buf_init(self->buffer_.data(), static_cast<unsigned>(self->buffer_.size()));
  };
  uv_read_start(reinterpret_cast<uv_stream_t*>(pipe_.get()), allocate,
                [](uv_stream_t* pipe, ssize_t size, const uv_buf_t*) noexcept {
                  if (pipe->data != nullptr) static_cast<AdminConnection*>(pipe->data)->on_read(size);
                });
}

void AdminConnection::on_read(ssize_t size) {
  const auto self = shared_from_this();  // the owner may let go of it below
  if (size == 0) return;
  if (size < 0 && size != UV_EOF) return end();
  if (is_lasting()) return size == UV_EOF ? on_end_of_input() : void();
  uv_read_stop(reinterpret_cast<uv_stream_t*>(pipe_.get()));
  last_active_ = Clock::now();
  if (size == UV_EOF) at_end_ = true;
  else take({buffer_.data(), static_cast<std::size_t>(size)});
  advance();
}

// While answers are to come.
void AdminConnection::on_end_of_input() {
  uv_read_stop(reinterpret_cast<uv_stream_t*>(pipe_.get()));
  at_end_ = true;
  absence_timer_ = make_uv_handle<uv_timer_t>(pipe_->loop, this, uv_timer_init);
  uv_timer_start(
      absence_timer_.get(),
      [](uv_timer_t* timer) noexcept {
        if (timer->data != nullptr) static_cast<AdminConnection*>(timer->data)->end_if_gone();
      },
      0, kAbsenceCheck.count());
}

void AdminConnection::end_if_gone() {
  pollfd peer = {-1, 0, 0};
  uv_fileno(reinterpret_cast<uv_handle_t*>(pipe_.get()), &peer.fd);
  if (::poll(&peer, 1, 0) > 0 && (peer.revents & (POLLHUP | POLLERR)) != 0) end();
}

void AdminConnection::take(std::string_view text) {
  if (skipping_) {
    const std::size_t end = text.find('\n');
    skipping_ = end == std::string_view::npos;
    text.remove_prefix(skipping_ ? text.size() : end + 1);
  }
  input_.append(text);
}

void AdminConnection::run(std::string_view line) {
  busy_ = true;
  const auto weak = weak_from_this();
  const auto answer = [weak](const nlohmann::ordered_json& json) {
    if (const auto self = weak.lock()) self->write(text_of(json));
  };
  const auto follow = [weak](const nlohmann::ordered_json& json, UniqueFd packets) {
    if (const auto self = weak.lock()) self->follow(json, std::move(packets));
  };
  const auto repeat = [weak](Milliseconds interval, AdminReply::Make make) {
    if (const auto self = weak.lock()) self->repeat(interval, std::move(make));
  };
  callbacks_.command(line, AdminReply(answer, follow, repeat));
}

// The batches begin when the answer is written.
void AdminConnection::follow(const nlohmann::ordered_json& answer, UniqueFd packets) {
  following_ = std::make_unique<PacketLines>(
      pipe_->loop, std::move(packets), [this](std::string lines) { write(std::move(lines)); }, [this] { end(); });
  write(text_of(answer));
  read();
}

void AdminConnection::repeat(Milliseconds interval, AdminReply::Make make) {
  repeated_ = std::move(make);
  repeat_timer_ = make_uv_handle<uv_timer_t>(pipe_->loop, this, uv_timer_init);
  uv_timer_start(
      repeat_timer_.get(),
      [](uv_timer_t* timer) noexcept {
        if (timer->data != nullptr) static_cast<AdminConnection*>(timer->data)->say_again();
      },
      static_cast<std::uint64_t>(interval.count()), static_cast<std::uint64_t>(interval.count()));
  say_again();
  read();
}

void AdminConnection::say_again() {
  if (!writing_) write(text_of(repeated_()));
}

void AdminConnection::write(std::string line) {
  writing_ = true;
  auto* write = new Write{{}, std::move(line) + "\n", weak_from_this()};
  write->request.data = write;
  const uv_buf_t buffer = uv_buf_init(write->text.data(), static_cast<unsigned>(write->text.size()));
  const auto written = [](uv_write_t* request, int status) noexcept {
    const std::unique_ptr<Write> owned(static_cast<Write*>(request->data));
    if (const auto self = owned->connection.lock()) self->on_written(status);
  };
  const int status = uv_write(&write->request, reinterpret_cast<uv_stream_t*>(pipe_.get()), &buffer, 1, written);
  BELFRY_ASSERT(status == 0);
}

void AdminConnection::on_written(int status) {
  last_active_ = Clock::now();
  writing_ = false;
  if (status == 0 && following_ != nullptr) return following_->resume();
  if (status == 0 && repeated_ != nullptr) return;
  busy_ = false;
  if (status != 0 || closing_) return end();
  advance();
}

void AdminConnection::end() { callbacks_.ended(*this); }

}  // namespace belfry::supervisor
