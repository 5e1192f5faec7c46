#include "common/option.hpp"

#include <algorithm>

namespace belfry {

std::string flag_of(std::string_view key) {
  std::string flag = "--" + std::string(key);
  std::replace_if(
      flag.begin(), flag.end(), [](char c) { return c == '.' || c == '_'; }, '-');
  return flag;
}

std::string variable_of(std::string_view key) {
  std::string variable = "BELFRY_";
  for (const char c : key) variable += c == '.' ? '_' : 'a' <= c && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return variable;
}

std::string_view section_of(std::string_view key) {
  const auto dot = key.find('.');
  return dot == std::string_view::npos ? "" : key.substr(0, dot);
}

}  // namespace belfry
