#include "worker/ws/session.hpp"

#include <utility>

#include "worker/net/reactor.hpp"
#include "worker/ws/frame_encoder.hpp"
#include "worker/ws/utf8.hpp"

namespace belfry::ws {
namespace {

constexpr net::Tick kCloseTimeout = net::ticks(Seconds(5));
constexpr net::Tick kStopTimeout = net::ticks(Seconds(1));  // a successor waits for our place
constexpr net::Tick kFailLinger = net::ticks(Seconds(2));
constexpr net::Tick kSlowLinger = net::ticks(Seconds(10));  // it may still take the rest and the Close

}  // namespace

// The reader's events, turned into the session's; lives for one read.
class SessionSink final : public MessageSink {
 public:
  explicit SessionSink(Session& session) : session_(session) {}

  bool on_message(Opcode opcode, std::string_view payload) override {
    if (!session_.is_open()) return true;  // RFC 6455, section 1.4: after our Close, what still comes is dropped
    ++session_.reactor().counters().messages_in;
    session_.on_message(opcode, payload);
    return session_.state_ != Session::State::ended;
  }
  bool on_control(Opcode opcode, std::string_view payload) override { return session_.handle_control(opcode, payload); }
  void on_violation(const Violation& violation) override {
    session_.fail(violation.code, violation.reason, kFailLinger);
  }

 private:
  Session& session_;
};

Session::Session(net::Stream& predecessor, const SessionRules& rules)
    : Stream(predecessor), rules_(rules), last_input_(reactor().now()) {
  ++reactor().counters().connections;
  ++reactor().counters().clients;
  wake_at(last_input_ + rules_.ping_interval);
}

bool Session::send_frames(net::SharedBytes frames, std::size_t messages) {
  if (!is_open()) return false;
  reactor().counters().messages_out += messages;
  send(std::move(frames), messages);
  return true;
}

void Session::account(MemoryAccount& account) const {
  Stream::account(account);
  if (incomplete_ == nullptr) return;
  account.add(MemoryKind::connections, MemoryAccount::block_bytes(incomplete_.get()) + incomplete_->buffered_bytes());
}

void Session::close(CloseCode code, std::string_view reason) { close(code, reason, kCloseTimeout); }

void Session::on_stop() { close(rules_.stop_code, "the server is stopping", kStopTimeout); }

void Session::on_shed() { close(rules_.stop_code, "connect again, to somewhere else", kStopTimeout); }

void Session::close(CloseCode code, std::string_view reason, net::Tick timeout) {
  if (is_open()) send_rest();
  if (!is_open()) return;
  close_code_ = code;
  end(State::closing);
  resume_reading();  // the client's Close is to be read
  deadline_ = reactor().now() + timeout;
  wake_at(deadline_);
  send(encode_close(code, reason));
}

void Session::on_bytes(std::span<const std::uint8_t> bytes) {
  if (state_ == State::answering) return;
  if (state_ == State::open) {
    last_input_ = reactor().now();
    deadline_ = net::kNever;
  }
  SessionSink sink(*this);
  rules_.reader.read(incomplete_, bytes, rules_.max_message, sink);
}

bool Session::handle_control(Opcode opcode, std::string_view payload) {
  if (opcode == Opcode::ping && is_open()) send(encode_frame(Opcode::pong, payload));
  if (opcode == Opcode::close) handle_close(payload);
  return opcode != Opcode::close && state_ != State::ended;
}

// RFC 6455, section 5.5.1: the answer carries the code that came.
void Session::handle_close(std::string_view payload) {
  if (payload.size() == 1) return fail(CloseCode::protocol_error, "malformed Close frame", kFailLinger);
  auto code = CloseCode::none;
  if (payload.size() >= 2) {
    const auto high = static_cast<std::uint8_t>(payload[0]), low = static_cast<std::uint8_t>(payload[1]);
    const auto number = static_cast<std::uint16_t>(high << 8 | low);
    if (!may_be_received(number)) return fail(CloseCode::protocol_error, "invalid close code", kFailLinger);
    if (!is_utf8(payload.substr(2))) return fail(CloseCode::invalid_payload, "close reason is not UTF-8", kFailLinger);
    code = static_cast<CloseCode>(number);
  }
  if (state_ == State::closing) {
    end(State::ended);
    return finish();
  }
  state_ = State::answering;
  close_code_ = code;
  if (!owes_answers()) answer_close();
}

void Session::answer_close() {
  if (state_ == State::answering) fail(close_code_, {}, kFailLinger);
}

void Session::on_slow() {
  if (state_ == State::closing) return finish(kSlowLinger);
  ++reactor().counters().slow_closed;
  drop_waiting();
  fail(rules_.slow_code, "reads too slowly", kSlowLinger);
}

// Our last frame, and no interest in an answer. When a Close is on its way already, only the connection remains to be
// ended.
void Session::fail(CloseCode code, std::string_view reason, net::Tick linger) {
  if (is_open()) {
    close_code_ = code;
    send(encode_close(code, reason));
  }
  end(State::ended);
  finish(linger);
}

void Session::end(State next) {
  if (next == State::ended) incomplete_.reset();
  const bool was_open = is_open();
  state_ = next;
  if (!was_open) return;
  --reactor().counters().clients;
  on_end();
}

// A ping is sent when nothing came for an interval, and the answer has an interval from then on: after a pause of the
// whole machine everybody is asked before anybody is closed.
void Session::on_deadline(net::Tick now) {
  if (now < deadline_ && deadline_ != net::kNever) return wake_at(deadline_);
  if (state_ == State::closing) return abandon();
  if (now >= deadline_) return close(rules_.no_pong_code, "no pong");
  const net::Tick ping_at = last_input_ + rules_.ping_interval;
  if (now < ping_at) return wake_at(ping_at);
  send(encode_frame(Opcode::ping, {}));
  deadline_ = now + rules_.ping_interval;
  wake_at(deadline_);
}

}  // namespace belfry::ws
