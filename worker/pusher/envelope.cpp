#include "worker/pusher/envelope.hpp"

namespace belfry::pusher {
namespace {

constexpr std::string_view kVersion = "1 ";

}  // namespace

std::string wrap(std::string_view excluded_socket_id, std::string_view text) {
  std::string payload(kVersion);
  return payload.append(excluded_socket_id.empty() ? "-" : excluded_socket_id).append(" ").append(text);
}

std::optional<Envelope> unwrap(std::string_view payload) {
  if (!payload.starts_with(kVersion)) return std::nullopt;
  payload.remove_prefix(kVersion.size());
  const auto space = payload.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  return Envelope{ws::parse_session_id(payload.substr(0, space)), payload.substr(space + 1)};
}

}  // namespace belfry::pusher
