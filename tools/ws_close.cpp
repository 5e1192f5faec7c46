#include "tools/ws_close.hpp"

#include <array>
#include <utility>

#include "tools/message_line.hpp"

namespace belfry::tools {
namespace {

// RFC 6455, section 7.4.1, and IANA's registry for 1012 to 1014.
constexpr std::array<std::pair<std::uint16_t, std::string_view>, 13> kMeanings = {{
    {1000, "normal closure"},
    {1001, "going away"},
    {1002, "protocol error"},
    {1003, "unsupported data"},
    {1005, "no code given"},
    {1007, "invalid payload"},
    {1008, "policy violation"},
    {1009, "message too big"},
    {1010, "extension missing"},
    {1011, "internal error"},
    {1012, "service restart"},
    {1013, "try again later"},
    {1014, "bad gateway"},
}};

std::string_view meaning_of(std::uint16_t code) {
  for (const auto& [known, meaning] : kMeanings) {
    if (known == code) return meaning;
  }
  return "";
}

}  // namespace

std::string WsClose::to_string() const {
  const std::string text = reason.empty() ? std::string(meaning_of(code)) : printable_line(reason);
  return text.empty() ? std::to_string(code) : std::to_string(code) + " " + text;
}

WsClose parse_close(std::string_view payload) {
  if (payload.size() < 2) return {};
  const auto high = static_cast<std::uint8_t>(payload[0]);
  const auto low = static_cast<std::uint8_t>(payload[1]);
  return {.code = static_cast<std::uint16_t>(high << 8 | low), .reason = std::string(payload.substr(2))};
}

}  // namespace belfry::tools
