// Owner of a libuv handle on the heap. libuv keeps using a handle until its close callback ran, so the deleter clears
// `data` (callbacks that still come find their owner gone), closes the handle, and frees it in the close callback.
#pragma once

#include <uv.h>

#include <memory>

#include "common/assert.hpp"

namespace belfry {

struct UvClose {
  template <typename Handle>
  void operator()(Handle* handle) const noexcept {
    handle->data = nullptr;
    uv_close(reinterpret_cast<uv_handle_t*>(handle),
             [](uv_handle_t* closed) noexcept { delete reinterpret_cast<Handle*>(closed); });
  }
};

// Only for handles whose uv_*_init has succeeded: uv_close() of anything else is undefined.
template <typename Handle>
using UvHandle = std::unique_ptr<Handle, UvClose>;

using UvTimer = UvHandle<uv_timer_t>;
using UvPoll = UvHandle<uv_poll_t>;
using UvPrepare = UvHandle<uv_prepare_t>;
using UvIdle = UvHandle<uv_idle_t>;
using UvSignal = UvHandle<uv_signal_t>;

// Makes a handle with `init(loop, handle, args...)`, which must not fail, and sets its `data`.
template <typename Handle, typename Init, typename... Args>
UvHandle<Handle> make_uv_handle(uv_loop_t* loop, void* data, Init init, Args... args) {
  auto raw = std::make_unique<Handle>();
  const int status = init(loop, raw.get(), args...);
  BELFRY_ASSERT(status == 0);
  raw->data = data;
  return UvHandle<Handle>(raw.release());
}

}  // namespace belfry
