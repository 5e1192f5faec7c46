// The connections of one generator process: they are opened, subscribe where the plan says so, answer pings, and hand
// over what they hear. One buffer for all of them; a connection is 32 bytes and a descriptor, and keeps bytes of its
// own only while a frame is incomplete. Nothing is allocated for a message.
#pragma once

#include <sys/epoll.h>
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/bench/board.hpp"
#include "tools/bench/handshake.hpp"
#include "tools/bench/leftovers.hpp"
#include "tools/bench/plan.hpp"
#include "tools/bench/poller.hpp"
#include "tools/bench/pusher_talk.hpp"
#include "tools/bench/server_frames.hpp"
#include "tools/bench/source_addresses.hpp"
#include "tools/bench/swarm_listener.hpp"
#include "tools/bench/tls_lines.hpp"

namespace belfry::bench {

class Swarm {
 public:
  Swarm(Poller& poller, const Plan& plan, std::uint32_t process, std::uint32_t capacity, SwarmListener& listener);
  ~Swarm();
  Swarm(const Swarm&) = delete;
  Swarm& operator=(const Swarm&) = delete;

  // All take the number of a connection, which is the tag of its events. It may be opened again once it is no more.
  void open(std::uint32_t i);
  void close(std::uint32_t i);  // politely: the listener hears when the server has answered
  void ping(std::uint32_t i);   // pusher:ping, or a ping of RFC 6455
  // Nothing that comes is read any more: nor that the server has closed it, which stands behind all the rest.
  void stall(std::uint32_t i);
  void handle(std::uint32_t i, std::uint32_t events);

  // Once a second: what takes too long is given up, and who was silent for activity_timeout pings.
  void sweep();

  std::uint32_t capacity() const { return static_cast<std::uint32_t>(connections_.size()); }
  std::uint32_t handshakes() const { return handshakes_; }  // under way
  bool is_open(std::uint32_t i) const { return connections_[i].state == State::open; }
  std::size_t channel_index(std::uint32_t i) const;
  std::uint64_t heard_ns() const { return heard_ns_; }  // when the message that the listener gets was read

 private:
  enum class State : std::uint8_t {
    none,
    connecting,
    shaking,
    upgrading,
    greeting,
    subscribing,
    open,
    stalled,
    closing
  };
  struct Connection {
    int fd = -1;
    State state = State::none;
    std::uint32_t leftover = Leftovers::kNone;
    std::uint64_t since_ns = 0;   // connect(), or close()
    std::uint64_t active_ns = 0;  // something was sent or heard
  };

  static bool is_in_handshake(State state) { return state > State::none && state < State::open; }

  void begin(std::uint32_t i);
  void send_request(std::uint32_t i);
  void receive(std::uint32_t i);
  ssize_t read(std::uint32_t i, std::span<std::uint8_t> room);
  ssize_t write(std::uint32_t i, std::string_view bytes);
  void take(std::uint32_t i, std::span<const std::uint8_t> bytes);
  std::size_t take_answer(std::uint32_t i, std::span<const std::uint8_t> bytes);
  void take_frame(std::uint32_t i, const ServerFrame& frame);
  void take_message(std::uint32_t i, std::string_view message);
  void take_event(std::uint32_t i, std::string_view event, std::string_view message);
  void greeted(std::uint32_t i, std::string_view message);
  void opened(std::uint32_t i);
  void send_text(std::uint32_t i, std::string_view text) { send_frame(i, ws::Opcode::text, text); }
  void send_frame(std::uint32_t i, ws::Opcode opcode, std::string_view payload);
  void send_all(std::uint32_t i, std::string_view bytes);
  void sweep_one(std::uint32_t i, std::uint64_t now);
  void end_by_errno(std::uint32_t i, const char* what, int code);
  void end(std::uint32_t i, Failure failure, std::string_view sentence);

  Poller& poller_;
  const Plan& plan_;
  std::uint32_t process_;
  SwarmListener& listener_;
  Handshake handshake_;
  PusherKey key_;
  SourceAddresses sources_;
  std::vector<Connection> connections_;
  Leftovers leftovers_;
  std::uint32_t handshakes_ = 0;
  std::uint64_t heard_ns_ = 0;
  std::uint64_t activity_timeout_ns_ = 0;  // 0: the server has not said
  std::optional<TlsLines> tls_;
  std::vector<std::uint8_t> buffer_;
  std::string output_;
};

}  // namespace belfry::bench
