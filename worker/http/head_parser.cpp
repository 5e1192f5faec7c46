#include "worker/http/head_parser.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <cstdint>

namespace belfry::http {
namespace {

namespace beast = boost::beast;

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

// Collects what Beast finds. The views that it is given point into the head: Beast copies only folded lines, which the
// policy refuses by the raw bytes.
class Collector final : public beast::http::basic_parser<true> {
 public:
  Request request;

 private:
  void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target, int version,
                       beast::error_code&) override {
    request.method = view(method);
    request.target = view(target);
    request.version = static_cast<unsigned>(version);
  }
  void on_field_impl(beast::http::field, beast::string_view name, beast::string_view value,
                     beast::error_code& error) override {
    if (request.field_count == kMaxFields) {
      error = beast::http::error::header_limit;
      return;
    }
    request.fields[request.field_count++] = {view(name), view(value)};
  }
  void on_response_impl(int, beast::string_view, int, beast::error_code&) override {}
  void on_header_impl(beast::error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, beast::error_code&) override {}
  std::size_t on_body_impl(beast::string_view body, beast::error_code&) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, beast::error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view body, beast::error_code&) override {
    return body.size();
  }
  void on_finish_impl(beast::error_code&) override {}
};

// RFC 9112, section 2.3: HTTP-version = "HTTP" "/" DIGIT "." DIGIT, behind the target and one space.
bool names_a_version(std::string_view head) {
  const std::string_view line = head.substr(0, head.find('\r'));
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (std::ranges::count(line, ' ') != 2) return false;
  const std::string_view version = line.substr(line.rfind(' ') + 1);
  return version.size() == 8 && version.starts_with("HTTP/") && digit(version[5]) && version[6] == '.' &&
         digit(version[7]);
}

Refusal refusal_of(const beast::error_code& error, std::string_view head) {
  if (error == beast::http::error::bad_version && names_a_version(head))
    return {505, "only HTTP/1.0 and HTTP/1.1 are spoken here", ""};
  if (error == beast::http::error::header_limit) return {431, "more than 64 fields in the request head", ""};
  return {400, "malformed request: " + error.message(), ""};
}

// RFC 9112, section 3.2: origin-form, or absolute-form, whose authority says nothing that Host does not.
bool split_target(Request& request) {
  std::string_view rest = request.target;
  if (const auto scheme = rest.find("://"); !rest.starts_with('/') && scheme != std::string_view::npos) {
    rest.remove_prefix(scheme + 3);
    const auto slash = rest.find_first_of("/?");
    rest = slash == std::string_view::npos ? std::string_view("/") : rest.substr(slash);
  }
  if (!rest.starts_with('/') || rest.find('#') != std::string_view::npos) return false;
  const auto question = rest.find('?');
  request.path = rest.substr(0, question);
  if (question != std::string_view::npos) request.query = rest.substr(question + 1);
  return true;
}

}  // namespace

std::variant<Request, Refusal> parse_head(std::string_view head) {
  Collector collector;
  collector.header_limit(static_cast<std::uint32_t>(head.size() + 1));
  collector.body_limit(UINT64_MAX);  // "none" would be below every length in Boost 1.74
  beast::error_code error;
  collector.put(boost::asio::buffer(head.data(), head.size()), error);
  if (error && error != beast::http::error::need_more) return refusal_of(error, head);
  if (!collector.is_header_done()) return Refusal{400, "malformed request", ""};
  if (collector.request.target.size() > kMaxTarget) return Refusal{414, "the request target is too long", ""};
  if (!split_target(collector.request)) return Refusal{400, "the request target is not a path", ""};
  return collector.request;
}

}  // namespace belfry::http
