#include "tools/bench/swarm.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "tools/bench/client_frame.hpp"
#include "tools/bench/monotonic.hpp"
#include "tools/message_line.hpp"
#include "tools/ws_close.hpp"

namespace belfry::bench {
namespace {

constexpr std::uint64_t kHandshakeTimeout = 10 * kSecond;
constexpr std::uint64_t kCloseTimeout = 5 * kSecond;
constexpr std::size_t kBufferSize = 256 * 1024;
constexpr std::string_view kNormalClose("\x03\xe8", 2);  // 1000

Failure failure_of(int code) {
  switch (code) {
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
    case EADDRNOTAVAIL:
    case EADDRINUSE: return Failure::local;
    case ECONNRESET:
    case EPIPE: return Failure::reset;
    case ETIMEDOUT: return Failure::timeout;
    default: return Failure::connect;
  }
}

}  // namespace

Swarm::Swarm(Poller& poller, const Plan& plan, std::uint32_t process, std::uint32_t capacity, SwarmListener& listener)
    : poller_(poller),
      plan_(plan),
      process_(process),
      listener_(listener),
      handshake_(plan.target.url),
      key_{plan.target.app.key, pusher::Signer(plan.target.app.secret)},
      sources_(plan.target.address, process),
      connections_(capacity),
      buffer_(kBufferSize) {
  if (plan.target.url.tls) tls_.emplace(capacity);
}

Swarm::~Swarm() {
  for (const Connection& connection : connections_)
    if (connection.fd >= 0) ::close(connection.fd);
}

std::size_t Swarm::channel_index(std::uint32_t i) const {
  return (std::size_t{i} * plan_.processes + process_) % plan_.channels.size();
}

void Swarm::open(std::uint32_t i) {
  ++handshakes_;
  Connection& connection = connections_[i];
  connection = {.state = State::connecting, .since_ns = now_ns()};
  connection.active_ns = connection.since_ns;
  auto fd = sources_.connect_next();
  if (!fd) return end(i, failure_of(fd.error().code), fd.error().message);
  connection.fd = fd->release();
  // Over loopback it is connected already, as a rule.
  poller_.add(connection.fd, EPOLLIN | EPOLLOUT, i);
  begin(i);
}

void Swarm::begin(std::uint32_t i) {
  if (!tls_) return send_request(i);
  Connection& connection = connections_[i];
  if (!tls_->begin(i, connection.fd)) {
    if (errno != EAGAIN) end_by_errno(i, "connect", errno);
    return;
  }
  connection.state = State::shaking;
  poller_.change(connection.fd, EPOLLIN, i);
}

void Swarm::send_request(std::uint32_t i) {
  Connection& connection = connections_[i];
  const std::string& request = handshake_.request();
  const ssize_t count = write(i, request);
  if (count < 0 && errno == EAGAIN) return;
  if (count < 0) return end_by_errno(i, "connect", errno);
  if (static_cast<std::size_t>(count) < request.size()) return end(i, Failure::local, "the request was cut short");
  connection.state = State::upgrading;
  if (!tls_) poller_.change(connection.fd, EPOLLIN, i);
}

void Swarm::handle(std::uint32_t i, std::uint32_t events) {
  Connection& connection = connections_[i];
  if (connection.state == State::none) return;  // of a turn in which it has ended
  if (connection.state == State::connecting) return begin(i);
  if (connection.state == State::stalled) return end(i, Failure::reset, "reset while it read nothing");
  if ((events & ~std::uint32_t{EPOLLOUT}) != 0) receive(i);
}

void Swarm::receive(std::uint32_t i) {
  Connection& connection = connections_[i];
  const std::size_t before = leftovers_.take(connection.leftover, buffer_.data());
  const ssize_t count = read(i, std::span(buffer_).subspan(before));
  if (count < 0 && errno != EAGAIN) return end_by_errno(i, "read", errno);
  if (count == 0) return end(i, Failure::reset, "the server ended the connection without a close frame");
  if (count > 0) connection.active_ns = heard_ns_ = now_ns();
  if (connection.state == State::shaking && tls_->is_established(i)) send_request(i);
  if (connection.state == State::none || connection.state == State::shaking) return;
  take(i, std::span(buffer_).first(before + static_cast<std::size_t>(count > 0 ? count : 0)));
}

ssize_t Swarm::read(std::uint32_t i, std::span<std::uint8_t> room) {
  const int fd = connections_[i].fd;
  return tls_ ? tls_->read(i, fd, room) : ::recv(fd, room.data(), room.size(), MSG_DONTWAIT);
}

ssize_t Swarm::write(std::uint32_t i, std::string_view bytes) {
  const int fd = connections_[i].fd;
  return tls_ ? tls_->write(i, fd, bytes) : ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

void Swarm::take(std::uint32_t i, std::span<const std::uint8_t> bytes) {
  Connection& connection = connections_[i];
  if (connection.state == State::upgrading) bytes = bytes.subspan(take_answer(i, bytes));
  if (connection.state == State::none) return;
  ServerFrames frames(bytes);
  if (connection.state != State::upgrading)
    while (const auto frame = frames.next()) {
      take_frame(i, *frame);
      if (connection.state == State::none) return;
    }
  if (frames.broken() || frames.rest().size() == buffer_.size())
    return end(i, Failure::protocol, "the server sent what is no frame, or a very large one");
  connection.leftover = leftovers_.keep(frames.rest());
}

std::size_t Swarm::take_answer(std::uint32_t i, std::span<const std::uint8_t> bytes) {
  auto size = handshake_.judge({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  if (!size) return end(i, Failure::http, size.error().message), 0;
  if (*size == 0) return 0;
  connections_[i].state = State::greeting;
  if (!plan_.speaks_pusher()) greeted(i, {});
  return *size;
}

void Swarm::take_frame(std::uint32_t i, const ServerFrame& frame) {
  switch (frame.opcode) {
    case ws::Opcode::ping: return send_frame(i, ws::Opcode::pong, frame.payload);
    case ws::Opcode::pong: return listener_.on_pong(i);
    case ws::Opcode::close:
      return end(i, Failure::reset, "closed by the server: " + tools::parse_close(frame.payload).to_string());
    default: return take_message(i, frame.payload);
  }
}

void Swarm::take_message(std::uint32_t i, std::string_view message) {
  if (!plan_.speaks_pusher()) return listener_.on_message(i, message);
  const std::string_view event = event_of(message);
  if (event.starts_with("pusher")) take_event(i, event, message);
  else if (connections_[i].state == State::open) listener_.on_message(i, message);
}

void Swarm::take_event(std::uint32_t i, std::string_view event, std::string_view message) {
  const State state = connections_[i].state;
  if (event == kPong) listener_.on_pong(i);
  else if (event == kPing) send_text(i, kPongText);
  else if (state == State::greeting && event == kEstablished) greeted(i, message);
  else if (state == State::subscribing && event == kSubscribed) opened(i);
  else if (is_in_handshake(state) && (event == kError || event == kSubscriptionError))
    end(i, Failure::pusher, "the server said: " + tools::printable_line(message.substr(0, 200)));
}

void Swarm::greeted(std::uint32_t i, std::string_view message) {
  listener_.on_established(i, now_ns() - connections_[i].since_ns);
  if (activity_timeout_ns_ == 0) activity_timeout_ns_ = activity_timeout_of(message).value_or(0) * kSecond;
  if (plan_.channels.empty() || !plan_.speaks_pusher()) return opened(i);
  connections_[i].state = State::subscribing;
  send_text(i, subscribe_text(key_, socket_id_of(message), plan_.channels[channel_index(i)]));
}

void Swarm::opened(std::uint32_t i) {
  --handshakes_;
  connections_[i].state = State::open;
  listener_.on_open(i, now_ns() - connections_[i].since_ns);
}

void Swarm::close(std::uint32_t i) {
  connections_[i].since_ns = now_ns();
  connections_[i].state = State::closing;
  send_frame(i, ws::Opcode::close, kNormalClose);
}

void Swarm::stall(std::uint32_t i) {
  connections_[i].state = State::stalled;
  const int small = 4096;  // the kernel does not read for it either
  ::setsockopt(connections_[i].fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  poller_.change(connections_[i].fd, 0, i);
}

void Swarm::ping(std::uint32_t i) {
  if (plan_.speaks_pusher()) send_text(i, kPingText);
  else send_frame(i, ws::Opcode::ping, {});
}

void Swarm::send_frame(std::uint32_t i, ws::Opcode opcode, std::string_view payload) {
  output_.clear();
  append_client_frame(output_, opcode, payload);
  send_all(i, output_);
}

// These are small and the socket's buffer is empty: one that does not fit belongs to a server that does not read.
void Swarm::send_all(std::uint32_t i, std::string_view bytes) {
  const ssize_t count = write(i, bytes);
  if (count < 0 && errno != EAGAIN) return end_by_errno(i, "write", errno);
  if (count != static_cast<ssize_t>(bytes.size())) return end(i, Failure::timeout, "the server does not read");
  connections_[i].active_ns = now_ns();
}

void Swarm::sweep() {
  const std::uint64_t now = now_ns();
  for (std::uint32_t i = 0; i < capacity(); ++i) sweep_one(i, now);
}

void Swarm::sweep_one(std::uint32_t i, std::uint64_t now) {
  const Connection& connection = connections_[i];
  if (is_in_handshake(connection.state) && now - connection.since_ns > kHandshakeTimeout)
    return end(i, Failure::timeout, "the handshake took longer than 10 s");
  if (connection.state == State::closing && now - connection.since_ns > kCloseTimeout)
    return end(i, Failure::timeout, "the server did not answer the close frame");
  if (connection.state != State::open || !plan_.speaks_pusher() || activity_timeout_ns_ == 0) return;
  if (now - connection.active_ns >= activity_timeout_ns_) ping(i);
}

void Swarm::end_by_errno(std::uint32_t i, const char* what, int code) {
  end(i, failure_of(code), fmt::format("{}: {}", what, std::strerror(code)));
}

void Swarm::end(std::uint32_t i, Failure failure, std::string_view sentence) {
  Connection& connection = connections_[i];
  const State state = connection.state;
  if (is_in_handshake(state)) --handshakes_;
  if (connection.fd >= 0) ::close(connection.fd);
  if (tls_) tls_->end(i);
  leftovers_.drop(connection.leftover);
  connection = {};
  if (state == State::open || state == State::stalled) listener_.on_lost(i, sentence);
  else if (state == State::closing) listener_.on_closed(i);
  else listener_.on_failed(i, failure, sentence);
}

}  // namespace belfry::bench
