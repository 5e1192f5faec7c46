// One accepted TCP connection: its descriptor, its out-queue while something is unsent, its entry in the timer wheel,
// its TLS session if it has one. A protocol derives from it and gets bytes, of TLS what they say; it holds no buffer at
// rest. The reactor owns it from Reactor::adopt() until
// abandon(), which closes the descriptor at once and leaves the object to the reactor's graveyard, so that nobody is
// freed under his own callback. A protocol hands its connection to another one (HTTP to WebSocket) by making the
// successor from its own stream.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "common/ip_address.hpp"
#include "common/unique_fd.hpp"
#include "worker/net/out_queue.hpp"
#include "worker/net/send_engine.hpp"
#include "worker/net/shared_bytes.hpp"
#include "worker/net/tick.hpp"
#include "worker/net/tls_session.hpp"

namespace belfry::net {

class Reactor;

// What a slow reader may leave unsent behind the message being written.
struct QueueLimits {
  std::size_t max_bytes = 0;  // 0: no limit
  Tick max_wait = kNever;
};

class Stream {
 public:
  Stream(Reactor& reactor, UniqueFd fd, std::unique_ptr<TlsSession> tls = nullptr);
  // Takes over descriptor, TLS session, unsent bytes and interest of `predecessor`, which is then over, without
  // on_closed(). The caller gives the new stream to Reactor::adopt_successor().
  explicit Stream(Stream& predecessor);
  Stream(const Stream&) = delete;
  virtual ~Stream();

  int fd() const { return fd_.get(); }
  bool has_tls() const { return tls_ != nullptr; }
  IpAddress peer_address() const;  // asks the kernel; none: the peer has gone already
  Reactor& reactor() const { return reactor_; }
  bool is_closed() const { return !fd_; }
  bool is_over() const { return is_closed() || finishing_; }  // nothing more can be sent
  bool has_unsent() const { return out_ != nullptr || (tls_ != nullptr && !tls_->unsent().empty()); }

  // Queues bytes, which are so many messages; they leave at the end of the loop turn, together with all others of this
  // turn. Ignored once finish() was called.
  void send(SharedBytes bytes, std::size_t messages = 1);

  // Bytes that came before the stream had its descriptor: what stood behind the head of an upgrade request.
  void receive(std::span<const std::uint8_t> bytes) { on_bytes(bytes); }

  void pause_reading();
  void resume_reading();

  // Sends what is queued, then FIN; input is read and thrown away until the peer closes too, or for `linger`: closing
  // with unread input would send RST, which can overtake the last bytes that we sent.
  void finish(Tick linger = ticks(Seconds(2)));

  // Adds what it has on the heap, itself included.
  virtual void account(MemoryAccount& account) const;

  // It is to go elsewhere: end as in a stop.
  virtual void on_shed() { on_stop(); }
  // Somebody who holds a connection, as opposed to asking and going.
  virtual bool is_client() const { return false; }
  // The configuration has changed: who is not allowed any more ends.
  virtual void on_reconfigured() {}
  // The worker stops: end in an orderly way, soon.
  virtual void on_stop() { finish(); }

  // Closes now; on_closed() is called once.
  void abandon();

 protected:
  virtual void on_bytes(std::span<const std::uint8_t> bytes) = 0;
  virtual void on_deadline(Tick now) = 0;  // what was asked for with wake_at(); may come early
  virtual void on_closed() {}
  virtual void on_end_of_input() { abandon(); }      // the peer sends nothing more; called again while we read
  virtual void on_http_without_tls() { abandon(); }  // where TLS is spoken; what is sent now goes as it is
  virtual void on_flushed() {}                       // everything queued has left
  virtual void on_blocked() {}                       // the peer's window is full and something is unsent
  virtual void on_slow() { abandon(); }              // past queue_limits(); nothing more is queued until it returns
  virtual QueueLimits queue_limits() const { return {}; }

  // on_deadline() at `at` or, where an earlier wish is standing, before.
  void wake_at(Tick at);
  void drop_waiting();

 private:
  friend class Reactor;

  void handle_events(std::uint32_t events);
  void handle_deadline(Tick now);
  void read_once();
  void decrypt(std::span<const std::uint8_t> bytes);
  void count_handshake();
  void conclude_decrypting();
  // Sending, in three steps for the whole batch: what it has (false: nothing to send), what of it has left, and what
  // follows from that for the protocol, which may touch other streams.
  bool gather(Outgoing& outgoing, std::span<iovec> room);
  void encrypt(std::span<iovec> room);
  void break_off();
  void consume(const Outgoing& outgoing);
  void conclude(const Outgoing& outgoing);
  void set_blocked(bool blocked);
  void shut_down_writing();
  void update_interest();

  Reactor& reactor_;
  std::unique_ptr<OutQueue> out_;    // of TLS what is not encrypted yet
  std::unique_ptr<TlsSession> tls_;  // none: bytes go as they are
  UniqueFd fd_;
  Tick wheel_tick_ = 0;  // where the wheel has our valid entry; 0: none
  bool reading_ : 1 = true;
  bool blocked_ : 1 = false;  // EPOLLOUT is armed
  bool in_flush_list_ : 1 = false;
  bool finishing_ : 1 = false;
  bool shut_ : 1 = false;  // FIN sent
  bool slow_ : 1 = false;  // on_slow() was called
  Tick finish_by_ = kNever;
};

}  // namespace belfry::net
