// What a Prometheus asks, and the head of what it is answered: as much of HTTP/1.1 as that takes. Every answer ends the
// connection. Pure.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::supervisor {

inline constexpr std::size_t kMaxMetricsRequest = 8 * 1024;  // bytes of the head

// The whole answer to the request whose head stands in `input`; nullopt: more is to come. `metrics` makes the text.
std::optional<std::string> answer_metrics_request(std::string_view input, const std::function<std::string()>& metrics);

}  // namespace belfry::supervisor
