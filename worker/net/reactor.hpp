// The heart of a worker's network side: the epoll set behind one uv_poll_t (a session needs no libuv handle), the
// streams by descriptor, the timer wheel, the shared read buffer, and the end of a loop turn, where everything that
// connections got in this turn leaves, batch by batch, and closed streams are freed.
#pragma once

#include <uv.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "common/counters.hpp"
#include "common/unique_fd.hpp"
#include "common/uv_handle.hpp"
#include "worker/net/send_engine.hpp"
#include "worker/net/stream.hpp"
#include "worker/net/timer_wheel.hpp"

namespace belfry::net {

// A listening socket in the reactor's epoll set.
class Listening {
 public:
  virtual ~Listening() = default;
  virtual int listener_fd() const = 0;
  virtual void on_connections() = 0;
};

class Reactor {
 public:
  Reactor(uv_loop_t* loop, Counters& counters, std::unique_ptr<SendEngine> engine);
  ~Reactor();

  uv_loop_t* loop() const { return loop_; }
  Tick now() const { return now_; }
  TimerWheel& wheel() { return wheel_; }
  Counters& counters() { return counters_; }
  const SendEngine& send_engine() const { return *engine_; }
  std::span<std::uint8_t> read_buffer() { return {read_buffer_.get(), kReadBufferSize}; }
  // For one record of TLS in the clear, which has at most so many bytes (RFC 8446, section 5.1).
  std::span<std::uint8_t> plain_buffer();

  // When what has been queued up to now is with the kernel, or blocked by a peer, the time since then is recorded as
  // broadcast latency.
  void measure_flush(std::uint64_t since_ns);

  // Of all streams, and of the tables beside them.
  void account(MemoryAccount& account) const;

  // Takes a stream whose descriptor is new to the epoll set.
  Stream& adopt(std::unique_ptr<Stream> stream);
  // Takes a stream that was made as the successor of another one (Stream's second constructor).
  Stream& adopt_successor(std::unique_ptr<Stream> stream);
  std::size_t stream_count() const { return stream_count_; }
  // `visit` may close streams.
  template <typename Visit>
  void for_each_stream(Visit&& visit) {
    for (std::size_t fd = 0; fd < streams_.size(); ++fd)
      if (streams_[fd] != nullptr) visit(*streams_[fd]);
  }

  // The same for those with descriptors from `from` on, at most `most` descriptors; returns where to go on, 0: through.
  template <typename Visit>
  std::size_t for_some_streams(std::size_t from, std::size_t most, Visit&& visit) {
    const std::size_t end = std::min(streams_.size(), from + most);
    for (std::size_t fd = from; fd < end; ++fd)
      if (streams_[fd] != nullptr) visit(*streams_[fd]);
    return end == streams_.size() ? 0 : end;
  }

  // The first stream from descriptor `from` on, wrapping round, that is a client (Stream::is_client); `from` becomes
  // where to go on. nullptr: there is none.
  Stream* next_client(std::size_t& from);

  void add(Listening& listening);
  void set_listening_interest(Listening& listening, bool wanted);

 private:
  friend class Stream;

  static constexpr std::size_t kReadBufferSize = 64 * 1024;
  static constexpr std::size_t kPlainBufferSize = 16 * 1024;
  static constexpr std::size_t kReadPadding = 64;  // behind the buffer, for parsers that read ahead (simdjson)

  Stream* stream_of(int fd) const { return streams_[static_cast<std::size_t>(fd)].get(); }  // null: it was closed
  void flush_later(Stream& stream);
  void retire(Stream& stream);
  void set_interest(int fd, std::uint32_t events);
  void control(int operation, int fd, std::uint32_t events);

  void handle_ready();
  void dispatch(int fd, std::uint32_t events);
  void handle_tick();
  void end_of_turn();
  void flush_slice();
  void flush_batch();
  void record_flushes();
  void bury();
  void store(std::unique_ptr<Stream> stream);

  uv_loop_t* loop_;
  Counters& counters_;
  UniqueFd epoll_;
  std::uint64_t began_ms_;
  Tick now_ = 0;
  TimerWheel wheel_;
  std::unique_ptr<std::uint8_t[]> read_buffer_;
  std::unique_ptr<std::uint8_t[]> plain_buffer_;  // none: no TLS yet
  std::vector<std::unique_ptr<Stream>> streams_;  // by descriptor
  std::size_t stream_count_ = 0;
  std::vector<Listening*> listening_;
  std::vector<Stream*> to_flush_;
  std::size_t flushed_ = 0;        // how many at the front of to_flush_ are done
  std::uint64_t ever_queued_ = 0;  // in to_flush_
  struct FlushToMeasure {
    std::uint64_t up_to;  // of ever_queued_
    std::uint64_t since_ns;
  };
  std::deque<FlushToMeasure> to_measure_;
  std::unique_ptr<SendEngine> engine_;
  std::vector<Outgoing> batch_;
  std::vector<iovec> parts_;  // of the batch
  std::vector<std::unique_ptr<Stream>> graveyard_;
  UvPoll poll_;
  UvTimer tick_timer_;
  UvPrepare before_poll_;
  UvIdle more_to_flush_;  // active: the loop must not wait for events
};

}  // namespace belfry::net
