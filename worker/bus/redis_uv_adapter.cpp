#include "worker/bus/redis_uv_adapter.hpp"

#include <memory>
#include <string>
#include <utility>

#include "common/uv_handle.hpp"

namespace belfry::bus {
namespace {

struct Adapter {
  redisAsyncContext* context;
  UvPoll poll;
  int events = 0;       // that are polled for
  bool unsent = false;  // something is, and write_to_redis() will be called
};

Adapter* adapter_of(void* data) { return static_cast<Adapter*>(data); }

// hiredis may free its context, and with it the adapter, inside either call: the handle's `data` is then null.
void handle_ready(uv_poll_t* poll, int status, int events) noexcept {
  if (status < 0) events = UV_READABLE | UV_WRITABLE;
  if ((events & UV_WRITABLE) != 0 && poll->data != nullptr) redisAsyncHandleWrite(adapter_of(poll->data)->context);
  if ((events & UV_READABLE) != 0 && poll->data != nullptr) redisAsyncHandleRead(adapter_of(poll->data)->context);
}

void want(void* data, int events) {
  Adapter& adapter = *adapter_of(data);
  if (std::exchange(adapter.events, events) == events) return;
  if (events == 0) uv_poll_stop(adapter.poll.get());
  else uv_poll_start(adapter.poll.get(), events, handle_ready);
}

// Until it is connected, hiredis learns from a writable socket that it is.
void want_to_write(Adapter& adapter) {
  if ((adapter.context->c.flags & REDIS_CONNECTED) == 0) want(&adapter, adapter.events | UV_WRITABLE);
  else adapter.unsent = true;
}

void want_no_write(Adapter& adapter) {
  adapter.unsent = false;
  want(&adapter, adapter.events & ~UV_WRITABLE);
}

}  // namespace

Result<void> attach_to_loop(redisAsyncContext* context, uv_loop_t* loop) {
  auto handle = std::make_unique<uv_poll_t>();
  if (const int status = uv_poll_init(loop, handle.get(), context->c.fd); status != 0)
    return Unexpected(std::string("uv_poll_init: ") + uv_strerror(status));
  auto* adapter = new Adapter{context, UvPoll(handle.release())};
  adapter->poll->data = adapter;
  context->ev.data = adapter;
  context->ev.addRead = [](void* data) noexcept { want(data, adapter_of(data)->events | UV_READABLE); };
  context->ev.delRead = [](void* data) noexcept { want(data, adapter_of(data)->events & ~UV_READABLE); };
  context->ev.addWrite = [](void* data) noexcept { want_to_write(*adapter_of(data)); };
  context->ev.delWrite = [](void* data) noexcept { want_no_write(*adapter_of(data)); };
  context->ev.cleanup = [](void* data) noexcept { delete adapter_of(data); };
  return {};
}

// As in handle_ready(), hiredis may free its context meanwhile.
void write_to_redis(redisAsyncContext* context) {
  Adapter& adapter = *adapter_of(context->ev.data);
  const uv_poll_t* const poll = adapter.poll.get();
  if (!std::exchange(adapter.unsent, false) || (adapter.events & UV_WRITABLE) != 0) return;
  redisAsyncHandleWrite(context);
  if (poll->data != nullptr && std::exchange(adapter.unsent, false)) want(&adapter, adapter.events | UV_WRITABLE);
}

}  // namespace belfry::bus
