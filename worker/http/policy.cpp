#include "worker/http/policy.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace belfry::http {
namespace {

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~!$&'()*+,;=:[]%").find(c) != std::string_view::npos;
}

// RFC 9112, section 3.2: exactly one valid Host in HTTP/1.1. HTTP/1.0 need not have one (HAProxy's health check has
// none).
std::optional<Refusal> check_host(const Request& request) {
  const std::size_t hosts = request.count("host");
  if (hosts > 1) return Refusal{400, "more than one Host field", ""};
  if (hosts == 0 && request.version >= 11) return Refusal{400, "no Host field", ""};
  if (hosts == 1 && !std::ranges::all_of(*request.field("host"), is_host_character))
    return Refusal{400, "the Host field is not a host", ""};
  return std::nullopt;
}

// RFC 9112, section 6. Beast has refused both together already, unless the coding is one that it does not know.
std::optional<Refusal> check_framing(const Request& request) {
  const std::size_t lengths = request.count("content-length");
  if (const auto coding = request.field("transfer-encoding")) {
    if (lengths > 0 || request.version < 11 || request.count("transfer-encoding") > 1)
      return Refusal{400, "ambiguous body length", ""};
    if (equal_ignoring_case(*coding, "chunked")) return Refusal{411, "a body needs a Content-Length here", ""};
    return Refusal{501, "this transfer coding is not supported", ""};
  }
  if (lengths > 1) return Refusal{400, "more than one Content-Length field", ""};
  if (lengths == 1) {
    const std::string_view value = *request.field("content-length");
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (value.empty() || !std::ranges::all_of(value, digit)) return Refusal{400, "Content-Length is not a number", ""};
  }
  return std::nullopt;
}

}  // namespace

// RFC 9112, section 5.2: a server refuses line folding or unfolds it; a proxy may do the other.
std::optional<Refusal> check_raw_head(std::string_view head) {
  if (head.find("\r\n ") != std::string_view::npos || head.find("\r\n\t") != std::string_view::npos)
    return Refusal{400, "a folded header line", ""};
  return std::nullopt;
}

std::optional<Refusal> check_policy(const Request& request) {
  if (auto refusal = check_host(request)) return refusal;
  if (auto refusal = check_framing(request)) return refusal;
  const auto expectation = request.field("expect");
  if (expectation && !equal_ignoring_case(*expectation, "100-continue"))
    return Refusal{417, "no expectation but 100-continue is met here", ""};
  return std::nullopt;
}

std::optional<std::uint64_t> content_length(const Request& request) {
  const auto field = request.field("content-length");
  if (!field) return 0;
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(field->data(), field->data() + field->size(), length);
  if (error != std::errc()) return std::nullopt;
  return length;
}

}  // namespace belfry::http
