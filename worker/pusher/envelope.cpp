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

std::string wrap(std::string_view excluded_socket_id, std::string_view stamp, std::string_view text) {
  std::string payload(kStampedVersion);
  payload.append(" ").append(excluded_socket_id.empty() ? "-" : excluded_socket_id);
  return payload.append(" ").append(stamp).append(" ").append(text);
}

std::string wrap(std::string_view excluded_socket_id, std::string_view text) {
  std::string payload(kNumberedVersion);
  return payload.append(" ").append(excluded_socket_id.empty() ? "-" : excluded_socket_id).append(" - ").append(text);
}

std::optional<Envelope> unwrap(std::string_view payload) {
  Envelope envelope;
  const auto version = take_word(payload), excluded = take_word(payload), third = take_word(payload);
  if (!third || (*version != kStampedVersion && *version != kNumberedVersion)) return std::nullopt;
  envelope.excluded = ws::parse_session_id(*excluded);
  if (*version == kStampedVersion) {
    envelope.stamp = *third;
  } else if (*third != "-") {
    const auto [end, error] = std::from_chars(third->data(), third->data() + third->size(), envelope.number);
    if (error != std::errc() || end != third->data() + third->size()) return std::nullopt;
  }
  envelope.text = payload;
  return envelope;
}

}  // namespace belfry::pusher
