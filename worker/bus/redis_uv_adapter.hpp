// Connects a hiredis asynchronous context to a libuv loop. Our own, because hiredis 0.14's adapter returns when libuv
// reports an error: connection refused and reset would never reach a callback. Here an error status counts as readable
// and writable, so that hiredis meets the error itself. And commands wait for write_to_redis() and leave in one write:
// to poll for a socket that is writable nearly always costs four system calls. Lives until hiredis frees its context.
#pragma once

#include <hiredis/async.h>
#include <uv.h>

#include "common/result.hpp"

namespace belfry::bus {

// `context` is connected or connecting and has no adapter yet.
Result<void> attach_to_loop(redisAsyncContext* context, uv_loop_t* loop);

// At the end of each loop turn: writes what `context` was given. What the kernel does not take follows by itself.
void write_to_redis(redisAsyncContext* context);

}  // namespace belfry::bus
