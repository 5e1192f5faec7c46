// What a worker counts: one row per counter, from which the struct, `status` and the metrics are made. A worker fills
// the struct and sends it with each heartbeat; the supervisor keeps the last one per slot and adds up.
#pragma once

#include <cstdint>
#include <string_view>

namespace belfry {

// X(field, metric type, help). Counters only grow during a worker's life; gauges say how it is now.
#define BELFRY_COUNTERS(X)                                                  \
  X(clients, gauge, "open WebSocket connections")                           \
  X(connections, counter, "WebSocket connections opened")                   \
  X(requests, counter, "HTTP requests answered, upgrades included")         \
  X(messages_in, counter, "messages received from clients")                 \
  X(messages_out, counter, "messages queued to clients")                    \
  X(bytes_in, counter, "bytes received from clients")                       \
  X(bytes_out, counter, "bytes sent to clients")                            \
  X(slow_closed, counter, "clients closed because they read too slowly")    \
  X(published, counter, "messages published to Redis and answered")         \
  X(unpublished, counter, "messages that Redis did not take")               \
  X(redis_reconnects, counter, "times a connection to Redis was lost")      \
  X(rows_repaired, counter, "channels of which Redis had other rows")       \
  X(rosters_repaired, counter, "rosters read again, announcements missing") \
  X(sweeps, counter, "dead owners swept")                                   \
  X(data_losses, counter, "times Redis had lost its data")                  \
  X(declared_dead, counter, "times others had declared this worker dead")   \
  X(loop_lag_us, gauge, "longest loop turn since the last heartbeat, in microseconds")

struct Counters {
#define BELFRY_COUNTER_FIELD(field, type, help) std::uint64_t field = 0;
  BELFRY_COUNTERS(BELFRY_COUNTER_FIELD)
#undef BELFRY_COUNTER_FIELD
};

enum class CounterType { counter, gauge };

struct CounterRow {
  std::string_view name;
  CounterType type;
  std::string_view help;
  std::uint64_t Counters::*field;
};

inline constexpr CounterRow kCounterRows[] = {
#define BELFRY_COUNTER_ROW(field, type, help) {#field, CounterType::type, help, &Counters::field},
    BELFRY_COUNTERS(BELFRY_COUNTER_ROW)
#undef BELFRY_COUNTER_ROW
};

}  // namespace belfry
