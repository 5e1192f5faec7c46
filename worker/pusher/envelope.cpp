#include "worker/pusher/envelope.hpp"

#include <charconv>
#include <system_error>

namespace belfry::pusher {
namespace {

// Takes the word before the next space off `rest`.
std::optional<std::string_view> take_word(std::string_view& rest) {
  const auto space = rest.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const std::string_view word = rest.substr(0, space);
  rest.remove_prefix(space + 1);
  return word;
}

}  // namespace

std::string wrap(std::string_view excluded_socket_id, std::string_view text) {
  std::string payload(kEnvelopeVersion);
  return payload.append(" ").append(excluded_socket_id.empty() ? "-" : excluded_socket_id).append(" - ").append(text);
}

std::optional<Envelope> unwrap(std::string_view payload) {
  Envelope envelope;
  const auto version = take_word(payload), excluded = take_word(payload), number = take_word(payload);
  if (!number || *version != kEnvelopeVersion) return std::nullopt;
  envelope.excluded = ws::parse_session_id(*excluded);
  if (*number != "-") {
    const auto [end, error] = std::from_chars(number->data(), number->data() + number->size(), envelope.number);
    if (error != std::errc() || end != number->data() + number->size()) return std::nullopt;
  }
  envelope.text = payload;
  return envelope;
}

}  // namespace belfry::pusher
