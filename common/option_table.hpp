// Every option, one row each, in the order of the sample file. To add an option: a field in settings.hpp and a row
// here.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "common/option.hpp"
#include "common/settings.hpp"

namespace belfry {

// File, environment and flags. The rows of one section stand together; those without a section come first.
std::span<const Option<Settings>> setting_options();

// File only: the keys of one [[app]].
std::span<const Option<AppSettings>> app_options();

// The row with that key, or nullptr.
template <typename Owner>
const Option<Owner>* find_option(std::span<const Option<Owner>> options, std::string_view key) {
  for (const Option<Owner>& option : options)
    if (option.key == key) return &option;
  return nullptr;
}

template <typename Owner>
std::vector<std::string> option_keys(std::span<const Option<Owner>> options) {
  std::vector<std::string> keys;
  for (const Option<Owner>& option : options) keys.emplace_back(option.key);
  return keys;
}

}  // namespace belfry
