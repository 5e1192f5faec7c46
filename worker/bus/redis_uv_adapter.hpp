// Connects a hiredis asynchronous context to a libuv loop. Our own, because hiredis 0.14's adapter returns when libuv
// reports an error: connection refused and reset would never reach a callback. Here an error status counts as readable
// and writable, so that hiredis meets the error itself. Lives until hiredis frees its context.
#pragma once

#include <hiredis/async.h>
#include <uv.h>

#include "common/result.hpp"

namespace belfry::bus {

// `context` is connected or connecting and has no adapter yet.
Result<void> attach_to_loop(redisAsyncContext* context, uv_loop_t* loop);

}  // namespace belfry::bus
