#include "worker/http/forwarded.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

namespace belfry::http {
namespace {

using ParseEntry = std::optional<IpAddress> (*)(std::string_view entry);

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_escaped(std::string_view text, std::size_t at) {
  std::size_t backslashes = 0;
  while (backslashes < at && text[at - backslashes - 1] == '\\') ++backslashes;
  return backslashes % 2 == 1;
}

// Takes the last entry off a list. Quotes are paired from the end: a quote that a client left open in front cannot
// swallow what a proxy has appended.
std::string_view take_last(std::string_view& list) {
  bool quoted = false;
  std::size_t at = list.size();
  for (; at > 0 && (quoted || list[at - 1] != ','); --at)
    if (list[at - 1] == '"' && !is_escaped(list, at - 1)) quoted = !quoted;
  const std::string_view last = list.substr(at);
  list = list.substr(0, at == 0 ? 0 : at - 1);
  return trimmed(last);
}

// `client` goes back along one field line; false: the way ends here.
bool follow(std::string_view list, ParseEntry parse, const Trusts& trusts, IpAddress& client) {
  while (!list.empty()) {
    const std::string_view entry = take_last(list);
    if (entry.empty()) continue;  // RFC 9110, section 5.6.1
    const auto address = parse(entry);
    if (!address) return false;
    client = *address;
    if (!trusts(client)) return false;
  }
  return true;
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// RFC 9110, section 5.6.4.
std::optional<std::string> unquoted(std::string_view value) {
  if (!value.starts_with('"')) return std::string(value);
  std::string text;
  for (std::size_t i = 1; i < value.size(); ++i) {
    if (value[i] == '"') return i + 1 == value.size() ? std::optional(text) : std::nullopt;
    if (value[i] == '\\' && ++i == value.size()) return std::nullopt;
    text += value[i];
  }
  return std::nullopt;
}

// Up to the next ';' outside quotes, which is taken off too.
std::string_view take_pair(std::string_view& element) {
  bool quoted = false;
  std::size_t at = 0;
  for (; at < element.size() && (quoted || element[at] != ';'); ++at)
    if (element[at] == '"' && !is_escaped(element, at)) quoted = !quoted;
  return trimmed(std::exchange(element, element.substr(std::min(at + 1, element.size()))).substr(0, at));
}

}  // namespace

IpAddress client_behind(const IpAddress& peer, const Request& request, const Trusts& trusts) {
  if (!trusts(peer)) return peer;
  const bool x = request.field("x-forwarded-for").has_value();
  const std::string_view name = x ? "x-forwarded-for" : "forwarded";
  const ParseEntry parse = x ? parse_forwarded_address : parse_forwarded_element;
  IpAddress client = peer;
  const auto fields = request.all_fields();
  for (auto field = fields.rbegin(); field != fields.rend(); ++field)
    if (equal_ignoring_case(field->name, name) && !follow(field->value, parse, trusts, client)) break;
  return client;
}

std::optional<IpAddress> parse_forwarded_address(std::string_view entry) {
  if (entry.starts_with('[')) {
    const std::size_t end = entry.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view behind = entry.substr(end + 1), address = entry.substr(1, end - 1);
    if (!behind.empty() && (behind[0] != ':' || !is_port(behind.substr(1)))) return std::nullopt;
    return address.find(':') == std::string_view::npos ? std::nullopt : parse_ip_address(address);
  }
  const std::size_t colon = entry.find(':');
  if (colon == std::string_view::npos || entry.find(':', colon + 1) != std::string_view::npos)
    return parse_ip_address(entry);
  return is_port(entry.substr(colon + 1)) ? parse_ip_address(entry.substr(0, colon)) : std::nullopt;
}

// RFC 7239, section 4: pairs behind semicolons, `for` at most once; "unknown" and names that hide somebody are no
// address.
std::optional<IpAddress> parse_forwarded_element(std::string_view element) {
  std::optional<std::string> node;
  while (!element.empty()) {
    const std::string_view pair = take_pair(element);
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos || !equal_ignoring_case(pair.substr(0, equals), "for")) continue;
    if (node) return std::nullopt;
    node = unquoted(pair.substr(equals + 1));
    if (!node) return std::nullopt;
  }
  return node ? parse_forwarded_address(*node) : std::nullopt;
}

}  // namespace belfry::http
