#include "supervisor/metrics_request.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "supervisor/exposition.hpp"

namespace belfry::supervisor {
namespace {

constexpr std::string_view kPath = "/metrics";

std::string answer(std::string_view status, std::string_view type, std::string_view body,
                   std::string_view fields = "") {
  return fmt::format(
      "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nCache-Control: no-store\r\nConnection: "
      "close\r\n{}\r\n{}",
      status, type, body.size(), fields, body);
}

std::string refusal(std::string_view status, std::string_view reason, std::string_view fields = "") {
  return answer(status, "text/plain", std::string(reason) + "\n", fields);
}

// The word before the next space; empty: there is none.
std::string_view take_word(std::string_view& line) {
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return {};
  const std::string_view word = line.substr(0, space);
  line.remove_prefix(space + 1);
  return word;
}

}  // namespace

std::optional<std::string> answer_metrics_request(std::string_view input, const std::function<std::string()>& metrics) {
  const std::size_t end = std::min(input.find("\r\n\r\n"), input.find("\n\n"));
  if (end == std::string_view::npos) {
    if (input.size() < kMaxMetricsRequest) return std::nullopt;
    return refusal("431 Request Header Fields Too Large", "the request is larger than 8 KiB");
  }
  std::string_view line = input.substr(0, input.find_first_of("\r\n"));
  const std::string_view method = take_word(line), target = take_word(line);
  if (target.empty() || !line.starts_with("HTTP/1.")) return refusal("400 Bad Request", "this is no HTTP/1.1 request");
  if (method != "GET" && method != "HEAD")
    return refusal("405 Method Not Allowed", "only GET and HEAD are answered", "Allow: GET, HEAD\r\n");
  if (target.substr(0, target.find('?')) != kPath) return refusal("404 Not Found", "metrics are at /metrics");
  std::string text = answer("200 OK", Exposition::kContentType, metrics());
  if (method == "HEAD") text.resize(text.find("\r\n\r\n") + 4);
  return text;
}

}  // namespace belfry::supervisor
