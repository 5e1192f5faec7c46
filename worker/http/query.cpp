#include "worker/http/query.hpp"

#include <algorithm>
#include <charconv>

namespace belfry::http {

std::string percent_decoded(std::string_view text) {
  std::string decoded(text.substr(0, text.find('%')));
  for (std::size_t i = decoded.size(); i < text.size(); ++i) {
    unsigned char byte = 0;
    const char* const digits = text.data() + i + 1;
    if (text[i] == '%' && i + 2 < text.size() && std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
      decoded += static_cast<char>(byte);
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

Query::Query(std::string_view query) {
  parameters_.reserve(static_cast<std::size_t>(std::ranges::count(query, '&')) + 1);
  while (!query.empty()) {
    const std::string_view parameter = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(parameter.size() + 1, query.size()));
    if (parameter.empty()) continue;
    const std::size_t equals = std::min(parameter.find('='), parameter.size());
    std::string key = percent_decoded(parameter.substr(0, equals));
    for (char& c : key)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    parameters_.push_back({std::move(key), percent_decoded(parameter.substr(std::min(equals + 1, parameter.size())))});
  }
}

std::optional<std::string_view> Query::get(std::string_view key) const {
  const auto found = std::ranges::find(parameters_, key, &Parameter::key);
  if (found == parameters_.end()) return std::nullopt;
  return found->value;
}

}  // namespace belfry::http
