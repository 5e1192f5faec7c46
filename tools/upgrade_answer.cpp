#include "tools/upgrade_answer.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdint>
#include <string>

#include "common/assert.hpp"
#include "tools/message_line.hpp"

namespace belfry::tools {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using Response = http::response<http::string_body>;

constexpr std::uint32_t kHeadLimitBytes = 16 * 1024;
constexpr std::uint64_t kBodyLimitBytes = 64 * 1024;
constexpr unsigned kSwitchingProtocols = 101;

// Beast's own string_view is another type in each Boost.
std::string_view text_of(const beast::string_view& text) { return {text.data(), text.size()}; }

bool has_token(std::string_view list, std::string_view token) {
  return http::token_list({list.data(), list.size()}).exists({token.data(), token.size()});
}

bool was_offered(const std::vector<HttpHeader>& headers, std::string_view subprotocol) {
  return std::any_of(headers.begin(), headers.end(), [&](const HttpHeader& header) {
    return same_name(header.name, "Sec-WebSocket-Protocol") && has_token(header.value, subprotocol);
  });
}

std::string refusal(const Response& response) {
  std::string text = "the server refused: ";
  text += std::to_string(response.result_int());
  if (!response.reason().empty()) text += ' ' + printable_line(text_of(response.reason()));
  const std::string_view body = response.body();
  const auto line = body.substr(0, body.find_first_of("\r\n"));
  return line.empty() ? text : text + ": " + printable_line(line);
}

}  // namespace

struct UpgradeAnswer::Parser : http::response_parser<http::string_body> {};

UpgradeAnswer::UpgradeAnswer() : parser_(std::make_unique<Parser>()) {
  parser_->eager(true);
  parser_->header_limit(kHeadLimitBytes);
  parser_->body_limit(kBodyLimitBytes);
}

UpgradeAnswer::~UpgradeAnswer() = default;

Result<std::size_t> UpgradeAnswer::feed(std::string_view bytes) {
  boost::system::error_code failure;
  const auto taken = parser_->put(boost::asio::buffer(bytes.data(), bytes.size()), failure);
  if (!failure || failure == http::error::need_more) return taken;
  return Unexpected("the server's answer is not valid HTTP: " + failure.message());
}

bool UpgradeAnswer::has_head() const { return parser_->is_header_done(); }

bool UpgradeAnswer::is_complete() const { return parser_->is_done(); }

Result<void> UpgradeAnswer::verdict(std::string_view key, const std::vector<HttpHeader>& request_headers) const {
  BELFRY_ASSERT(has_head());
  const Response& response = parser_->get();
  const auto wrong = [](const char* reason) {
    return Unexpected(std::string("the server's handshake is not valid: ") + reason);
  };
  if (response.result_int() != kSwitchingProtocols) return Unexpected(refusal(response));
  if (!same_name(text_of(response["Upgrade"]), "websocket")) return wrong("its Upgrade is not websocket");
  if (!has_token(text_of(response["Connection"]), "Upgrade")) return wrong("its Connection lacks the token Upgrade");
  if (text_of(response["Sec-WebSocket-Accept"]) != handshake_accept(key)) {
    return wrong("its Sec-WebSocket-Accept does not answer the key that was sent");
  }
  if (response.count("Sec-WebSocket-Extensions") != 0) return wrong("it chose an extension that was not offered");
  const bool chose = response.count("Sec-WebSocket-Protocol") != 0;
  if (chose && !was_offered(request_headers, text_of(response["Sec-WebSocket-Protocol"]))) {
    return wrong("it chose a subprotocol that was not offered");
  }
  return {};
}

}  // namespace belfry::tools
