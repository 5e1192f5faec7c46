#include "tools/http_post.hpp"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cerrno>
#include <cstdint>
#include <string_view>

#include "tools/open_transport.hpp"
#include "tools/wait_for.hpp"

namespace belfry::tools {
namespace {

namespace http = boost::beast::http;
using Parser = http::response_parser<http::string_body>;
using boost::system::error_code;

constexpr std::uint32_t kHeadLimitBytes = 16 * 1024;
constexpr std::uint64_t kBodyLimitBytes = 1024 * 1024;

std::string request_of(const HttpPost& post) {
  return "POST " + post.url.target + " HTTP/1.1\r\nHost: " + post.url.authority() +
         "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(post.body.size()) +
         "\r\nConnection: close\r\n\r\n" + post.body;
}

bool has_failed(const error_code& failure) { return failure && failure != http::error::need_more; }

Unexpected not_http(const error_code& failure) {
  return Unexpected("the server's answer is not valid HTTP: " + failure.message());
}

// The answer as it comes in: what the parser has not taken yet is offered again with more behind it.
class AnswerReader {
 public:
  AnswerReader(Transport& transport, std::string what, TimePoint deadline)
      : transport_(transport), what_(std::move(what)), deadline_(deadline) {
    parser_.eager(true);
    parser_.header_limit(kHeadLimitBytes);
    parser_.body_limit(kBodyLimitBytes);
  }

  Result<HttpAnswer> read() {
    while (!parser_.is_done())
      if (auto more = read_more(); !more) return Unexpected(more.error());
    const auto& response = parser_.get();
    return HttpAnswer{response.result_int(), std::string(response.reason()), response.body()};
  }

 private:
  Result<void> read_more() {
    std::array<std::uint8_t, 16 * 1024> buffer;
    auto step = transport_.read(buffer);
    if (!step) return Unexpected(step.error());
    if (step->blocked) return wait_for(transport_.fd(), transport_.poll_events(false), deadline_, what_);
    if (step->ended) return take_end();
    unread_.append(reinterpret_cast<const char*>(buffer.data()), step->bytes);
    return parse();
  }

  Result<void> parse() {
    error_code failure;
    unread_.erase(0, parser_.put(boost::asio::buffer(unread_), failure));
    if (has_failed(failure)) return not_http(failure);
    return {};
  }

  Result<void> take_end() {
    if (!parser_.got_some())
      return Unexpected(Error{what_ + ": the server ended the connection without an answer", ECONNRESET});
    error_code failure;
    parser_.put_eof(failure);
    if (failure) return not_http(failure);
    return {};
  }

  Transport& transport_;
  std::string what_;
  TimePoint deadline_;
  Parser parser_;
  std::string unread_;
};

}  // namespace

Result<HttpAnswer> http_post(const HttpPost& post) {
  const TimePoint deadline = Clock::now() + post.timeout;
  const std::string what = "the request to " + post.url.authority();
  auto transport = open_transport(post.url, post.verify_certificate, deadline);
  if (!transport) return Unexpected(transport.error());
  if (auto sent = write_all(**transport, request_of(post), deadline, what); !sent) return Unexpected(sent.error());
  return AnswerReader(**transport, what, deadline).read();
}

}  // namespace belfry::tools
