// What a worker counts of one app: one row each, from which the struct, `status` and the metrics are made. The metrics
// are named as Soketi's where they mean the same.
#pragma once

#include <cstdint>
#include <string_view>

#include "common/counters.hpp"

namespace belfry {

// X(field, type, metric, Soketi's spelling where that is another one, help)
#define BELFRY_APP_COUNTERS(X)                                                                                        \
  X(clients, gauge, "connected", "", "connections of the app")                                                        \
  X(connections, counter, "new_connections_total", "", "connections of the app that were let in")                     \
  X(disconnections, counter, "new_disconnections_total", "", "connections of the app that have ended")                \
  X(messages_in, counter, "ws_messages_received_total", "", "messages received from clients of the app")              \
  X(messages_out, counter, "ws_messages_sent_total", "", "messages queued to clients of the app")                     \
  X(bytes_in, counter, "socket_received_bytes_total", "socket_received_bytes", "bytes of the messages received")      \
  X(bytes_out, counter, "socket_transmitted_bytes_total", "socket_transmitted_bytes", "bytes of the frames queued")   \
  X(api_calls, counter, "http_calls_received_total", "", "signed requests to the HTTP API")                           \
  X(api_bytes_in, counter, "http_received_bytes_total", "http_received_bytes", "bytes of their bodies")               \
  X(api_bytes_out, counter, "http_transmitted_bytes_total", "http_transmitted_bytes", "bytes of the answers' bodies") \
  X(refusals, counter, "app_refusals_total", "", "what was refused to clients and back ends of the app")

struct AppCounters {
#define BELFRY_APP_COUNTER_FIELD(field, type, metric, soketi, help) std::uint64_t field = 0;
  BELFRY_APP_COUNTERS(BELFRY_APP_COUNTER_FIELD)
#undef BELFRY_APP_COUNTER_FIELD
};

struct AppCounterRow {
  std::string_view name;
  CounterType type;
  std::string_view metric;
  std::string_view soketi;  // empty: as the metric
  std::string_view help;
  std::uint64_t AppCounters::*field;
};

inline constexpr AppCounterRow kAppCounterRows[] = {
#define BELFRY_APP_COUNTER_ROW(field, type, metric, soketi, help) \
  {#field, CounterType::type, metric, soketi, help, &AppCounters::field},
    BELFRY_APP_COUNTERS(BELFRY_APP_COUNTER_ROW)
#undef BELFRY_APP_COUNTER_ROW
};

}  // namespace belfry
