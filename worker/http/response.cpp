#include "worker/http/response.hpp"

#include <fmt/format.h>

#include <ctime>
#include <nlohmann/json.hpp>

namespace belfry::http {
namespace {

std::string_view reason_phrase(unsigned status) {
  switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 411: return "Length Required";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 417: return "Expectation Failed";
    case 426: return "Upgrade Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "Unknown";
  }
}

// RFC 9110, section 5.6.7.
std::string http_date() {
  const std::time_t now = std::time(nullptr);
  std::tm utc = {};
  ::gmtime_r(&now, &utc);
  char text[32];
  const std::size_t size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc);
  return {text, size};
}

}  // namespace

Response to_response(const Refusal& refusal) {
  const nlohmann::json body = {{"error", refusal.reason}};
  return {refusal.status, body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), refusal.extra_field};
}

net::SharedBytes encode(const Response& response, ResponseForm form) {
  std::string text =
      fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n",
                  response.status, reason_phrase(response.status), http_date(), response.body.size());
  if (!response.extra_field.empty()) text.append(response.extra_field).append("\r\n");
  if (!form.keep_alive) text.append("Connection: close\r\n");
  text.append("\r\n");
  if (!form.head_only) text.append(response.body);
  return net::SharedBytes::copy_of(text);
}

}  // namespace belfry::http
