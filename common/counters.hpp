// What a worker counts: one row per counter, from which the struct, `status` and the metrics are made. A worker fills
// the struct where the supervisor sees it (counter_page.hpp).
#pragma once

#include <cstdint>
#include <iterator>
#include <string_view>

#include "common/histogram.hpp"
#include "common/refusal.hpp"

namespace belfry {

// X(field, type, metric, help). Counters only grow during a worker's life; gauges say how it is now. The metric's name
// lacks the prefix; where it is empty, a histogram says more.
#define BELFRY_COUNTERS(X)                                                                                            \
  X(clients, gauge, "worker_clients", "open WebSocket connections")                                                   \
  X(connections, counter, "worker_connections_total", "WebSocket connections opened")                                 \
  X(requests, counter, "worker_http_requests_total", "HTTP requests answered, upgrades included")                     \
  X(messages_in, counter, "worker_messages_received_total", "messages received from clients")                         \
  X(messages_out, counter, "worker_messages_sent_total", "messages queued to clients")                                \
  X(bytes_in, counter, "worker_received_bytes_total", "bytes received from clients")                                  \
  X(bytes_out, counter, "worker_sent_bytes_total", "bytes sent to clients")                                           \
  X(tls_handshakes, counter, "worker_tls_handshakes_total", "TLS handshakes completed")                               \
  X(tls_resumed, counter, "worker_tls_resumed_total", "TLS handshakes of them that resumed an earlier session")       \
  X(tls_failed, counter, "worker_tls_failed_total", "TLS handshakes that failed")                                     \
  X(slow_closed, counter, "worker_slow_clients_closed_total", "clients closed because they read too slowly")          \
  X(dropped, counter, "worker_messages_dropped_total", "messages dropped from the queues of clients who were closed") \
  X(published, counter, "worker_published_total", "messages published to Redis and answered")                         \
  X(unpublished, counter, "worker_unpublished_total", "messages that Redis did not take")                             \
  X(redis_reconnects, counter, "worker_redis_connections_lost_total", "times a connection to Redis was lost")         \
  X(rows_repaired, counter, "worker_rows_repaired_total", "channels of which Redis had other rows")                   \
  X(rosters_repaired, counter, "worker_rosters_repaired_total", "rosters read again, announcements missing")          \
  X(sweeps, counter, "worker_sweeps_total", "dead owners swept")                                                      \
  X(data_losses, counter, "worker_redis_data_losses_total", "times Redis had lost its data")                          \
  X(declared_dead, counter, "worker_declared_dead_total", "times others had declared this worker dead")               \
  X(loop_lag_us, gauge, "", "longest loop turn since the last heartbeat, in microseconds")                            \
  X(redis_latency_us, gauge, "", "longest answer of Redis since the last heartbeat, in microseconds")

// X(field, metric, help). Durations.
#define BELFRY_HISTOGRAMS(X)                                                                                        \
  X(loop_lag, "worker_loop_lag_seconds", "turns of the loop, in which nobody else is served")                       \
  X(redis_latency, "worker_redis_latency_seconds", "from a publish, or the probe of each second, to Redis' answer") \
  X(broadcast_latency, "worker_broadcast_latency_seconds",                                                          \
    "from publishing an event at this node to the kernel having it for each of the worker's subscribers")

struct Counters {
#define BELFRY_COUNTER_FIELD(field, type, metric, help) std::uint64_t field = 0;
  BELFRY_COUNTERS(BELFRY_COUNTER_FIELD)
#undef BELFRY_COUNTER_FIELD
  std::uint64_t refusals[std::size(kRefusalNames)] = {};  // by Refusal
#define BELFRY_HISTOGRAM_FIELD(field, metric, help) Histogram field = {};
  BELFRY_HISTOGRAMS(BELFRY_HISTOGRAM_FIELD)
#undef BELFRY_HISTOGRAM_FIELD

  void refused(Refusal reason) { ++refusals[static_cast<std::size_t>(reason)]; }
};

enum class CounterType { counter, gauge };

struct CounterRow {
  std::string_view name;
  CounterType type;
  std::string_view metric;
  std::string_view help;
  std::uint64_t Counters::*field;
};

inline constexpr CounterRow kCounterRows[] = {
#define BELFRY_COUNTER_ROW(field, type, metric, help) {#field, CounterType::type, metric, help, &Counters::field},
    BELFRY_COUNTERS(BELFRY_COUNTER_ROW)
#undef BELFRY_COUNTER_ROW
};

struct HistogramRow {
  std::string_view metric;
  std::string_view help;
  Histogram Counters::*field;
};

inline constexpr HistogramRow kHistogramRows[] = {
#define BELFRY_HISTOGRAM_ROW(field, metric, help) {metric, help, &Counters::field},
    BELFRY_HISTOGRAMS(BELFRY_HISTOGRAM_ROW)
#undef BELFRY_HISTOGRAM_ROW
};

}  // namespace belfry
