#include "tools/upgrade_request.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <strings.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "common/assert.hpp"
#include "tools/message_line.hpp"

namespace belfry::tools {
namespace {

constexpr std::string_view kAcceptSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr std::array<std::string_view, 5> kOwnHeaders = {"Connection", "Upgrade", "Sec-WebSocket-Key",
                                                         "Sec-WebSocket-Version", "Sec-WebSocket-Extensions"};

std::string base64(std::span<const std::uint8_t> bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // the last one for the terminator that OpenSSL writes
  auto* out = reinterpret_cast<unsigned char*>(text.data());
  text.resize(static_cast<std::size_t>(EVP_EncodeBlock(out, bytes.data(), static_cast<int>(bytes.size()))));
  return text;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_token_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_own_header(std::string_view name) {
  return std::any_of(kOwnHeaders.begin(), kOwnHeaders.end(), [&](auto own) { return same_name(own, name); });
}

}  // namespace

Result<HttpHeader> parse_header(std::string_view text) {
  const auto wrong = [&](const std::string& reason) {
    return Unexpected("header \"" + printable_line(text) + "\": " + reason);
  };
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return wrong("it is not of the form \"Name: value\"");
  const auto name = text.substr(0, colon);
  if (name.empty() || !std::all_of(name.begin(), name.end(), is_token_character)) return wrong("its name is not valid");
  if (text.find_first_of("\r\n") != std::string_view::npos) return wrong("it has a line break");
  if (is_own_header(name)) return wrong("the WebSocket handshake sets it itself");
  return HttpHeader{std::string(name), std::string(trimmed(text.substr(colon + 1)))};
}

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

std::string new_handshake_key() {
  std::array<std::uint8_t, 16> bytes;
  BELFRY_ASSERT(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
  return base64(bytes);
}

std::string handshake_accept(std::string_view key) {
  const std::string text = std::string(key) + std::string(kAcceptSuffix);
  std::array<std::uint8_t, SHA_DIGEST_LENGTH> digest;
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return base64(digest);
}

std::string upgrade_request(const WsUrl& url, std::string_view key, const std::vector<HttpHeader>& headers) {
  const bool names_host = std::any_of(headers.begin(), headers.end(),
                                      [](const HttpHeader& header) { return same_name(header.name, "Host"); });
  std::string text = "GET " + url.target + " HTTP/1.1\r\n";
  if (!names_host) text += "Host: " + url.authority() + "\r\n";
  text += "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n";
  text += "Sec-WebSocket-Key: " + std::string(key) + "\r\n";
  for (const auto& header : headers) text += header.name + ": " + header.value + "\r\n";
  return text + "\r\n";
}

}  // namespace belfry::tools
