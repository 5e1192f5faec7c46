#include "worker/ws/session_id.hpp"

#include <charconv>
#include <system_error>

namespace belfry::ws {
namespace {

bool parse_number(std::string_view text, std::uint32_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::optional<SessionId> parse_session_id(std::string_view text) {
  const auto dot = text.find('.');
  SessionId id;
  if (dot == std::string_view::npos || !parse_number(text.substr(0, dot), id.high)) return std::nullopt;
  if (!parse_number(text.substr(dot + 1), id.low)) return std::nullopt;
  return id;
}

}  // namespace belfry::ws
