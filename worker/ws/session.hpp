// One open WebSocket: reading through the lent MessageReader, pings, the closing handshake. A protocol derives from it
// and gets messages. At rest it is its descriptor, a few numbers and two null pointers.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "worker/net/stream.hpp"
#include "worker/ws/close_code.hpp"
#include "worker/ws/message_reader.hpp"

namespace belfry::ws {

// What the sessions of one protocol in one worker share. Outlives them.
struct SessionRules {
  MessageReader& reader;
  std::uint64_t max_message = 0;  // bytes; 0: no limit
  net::QueueLimits queue = {};
  net::Tick ping_interval = net::ticks(Seconds(30));  // idle for as long: ping; for twice as long: closed
  CloseCode slow_code = CloseCode::try_again_later;
  CloseCode stop_code = CloseCode::going_away;
  CloseCode no_pong_code = CloseCode::going_away;

  // Takes over what a configuration says: limits and intervals. The codes are the protocol's.
  void renew(const SessionRules& other) {
    max_message = other.max_message;
    queue = other.queue;
    ping_interval = other.ping_interval;
  }
};

class Session : public net::Stream {
 public:
  // Takes the connection over from the HTTP stream that has the upgrade request; the 101 response is sent by the
  // caller.
  Session(net::Stream& predecessor, const SessionRules& rules);

  // It may be sent messages: also while the answer to the client's Close waits.
  bool is_open() const { return state_ == State::open || state_ == State::answering; }

  // Queues messages, already encoded as frames. Ignored (false) once the closing handshake has begun.
  bool send_frames(net::SharedBytes frames, std::size_t messages);
  bool send_frame(net::SharedBytes frame) { return send_frames(std::move(frame), 1); }

  bool is_client() const final { return is_open(); }
  void on_stop() final;
  void on_shed() final;

  void account(MemoryAccount& account) const override;

  // Begins the closing handshake. The client has kCloseTimeout to answer.
  void close(CloseCode code, std::string_view reason);

 protected:
  virtual void on_message(Opcode opcode, std::string_view payload) = 0;
  // We are about to begin the closing handshake: what is held back for the client is to be sent now. Not called where
  // the client ends the connection or breaks the protocol.
  virtual void send_rest() {}
  // The session ends: called once, when the closing handshake begins or the connection is lost. It may be sent nothing
  // more.
  virtual void on_end() = 0;
  // Something that the client sent is still to be answered: its Close is answered when answer_close() is called.
  virtual bool owes_answers() const { return false; }
  // Of the Close that was sent or came, once there is one.
  CloseCode close_code() const { return close_code_; }
  // The protocol owes nothing any more. Does nothing unless a Close waits.
  void answer_close();

  net::QueueLimits queue_limits() const override { return rules_.queue; }

 private:
  friend class SessionSink;

  enum class State : std::uint8_t {
    open,
    answering,  // the client's Close has come; ours waits for owes_answers()
    closing,    // ours is sent first, the client's is to come
    ended,
  };

  void on_bytes(std::span<const std::uint8_t> bytes) final;
  void on_deadline(net::Tick now) final;
  void on_closed() final { end(State::ended); }
  void on_slow() final;

  bool handle_control(Opcode opcode, std::string_view payload);
  void handle_close(std::string_view payload);
  void close(CloseCode code, std::string_view reason, net::Tick timeout);
  void fail(CloseCode code, std::string_view reason, net::Tick linger);
  void end(State next);

  const SessionRules& rules_;
  std::unique_ptr<Incomplete> incomplete_;
  net::Tick last_input_;
  net::Tick deadline_ = net::kNever;  // of the pong that is waited for; closing: of the client's Close
  State state_ = State::open;
  CloseCode close_code_ = CloseCode::none;  // of the first Close, whose ever it is
};

}  // namespace belfry::ws
