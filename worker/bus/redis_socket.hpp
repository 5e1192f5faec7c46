// A socket to Redis on a libuv loop, and hiredis' reader and writer of the protocol. Not hiredis' asynchronous
// interface: that looks up each message by its channel's name in a table of its own, with a hash for which anybody can
// choose names that meet in one bucket. Commands wait for flush() and leave in one write: to poll for a socket that is
// writable nearly always costs four system calls.
#pragma once

#include <hiredis/hiredis.h>
#include <uv.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "common/result.hpp"
#include "common/uv_handle.hpp"
#include "worker/bus/reply.hpp"

namespace belfry::bus {

class RedisSocket {
 public:
  using Arguments = std::span<const std::string_view>;

  // May destroy the socket in each of its calls.
  class Listener {
   public:
    virtual ~Listener() = default;
    virtual void on_connected() = 0;
    virtual void on_reply(Reply reply) = 0;
    // It could not be connected, was lost, or speaks another protocol; nothing more comes.
    virtual void on_broken(std::string reason) = 0;
  };

  // They begin to connect; the Error says what is wrong already (no such Unix socket, say).
  static Result<std::unique_ptr<RedisSocket>> to_path(uv_loop_t* loop, const std::string& path, Listener& listener);
  static Result<std::unique_ptr<RedisSocket>> to_address(uv_loop_t* loop, const std::string& address, int port,
                                                         Listener& listener);

  void append(Arguments command);
  // At the end of each loop turn. What the kernel does not take follows by itself.
  void flush();
  std::size_t unsent_bytes() const;

  // What has been read already is still told.
  void pause_reading() { poll_for(events_ & ~UV_READABLE); }
  void resume_reading() { poll_for(events_ | UV_READABLE); }

 private:
  struct Free {
    void operator()(redisContext* context) const { ::redisFree(context); }
  };
  using Context = std::unique_ptr<redisContext, Free>;

  static Result<std::unique_ptr<RedisSocket>> open(uv_loop_t* loop, Context context, Listener& listener);
  RedisSocket(Context context, UvPoll poll, Listener& listener);

  void poll_for(int events);
  void handle_ready(int status, int events);
  void finish_connecting();
  void read();
  void write();
  void report_broken();

  Context context_;
  UvPoll poll_;  // goes before the context closes its descriptor
  Listener& listener_;
  bool connected_ = false;
  int events_ = 0;  // that are polled for
};

}  // namespace belfry::bus
