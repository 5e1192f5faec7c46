#include "common/settings_file.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "common/option_table.hpp"
#include "common/option_value.hpp"
#include "common/plain_text.hpp"
#include "common/settings_checks.hpp"
#include "common/suggestion.hpp"

namespace belfry {
namespace {

constexpr std::string_view kAppKey = "app";

std::string kind_of(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table: return "a section";
    case toml::node_type::array: return "a list of something else than texts";
    case toml::node_type::floating_point: return "a number with a fraction";
    default: return "a date or a time";
  }
}

RawValue list_value(const toml::array& array) {
  std::vector<std::string> items;
  for (const toml::node& item : array) {
    const auto text = item.value_exact<std::string>();
    if (!text) return Unusable{kind_of(array)};
    items.push_back(*text);
  }
  return items;
}

RawValue raw_value(const toml::node& node) {
  if (const auto boolean = node.value_exact<bool>()) return *boolean;
  if (const auto number = node.value_exact<std::int64_t>()) return *number;
  if (const auto text = node.value_exact<std::string>()) return *text;
  if (const auto* array = node.as_array()) return list_value(*array);
  return Unusable{kind_of(node)};
}

class Reader {
 public:
  Reader(Settings& settings, const std::string& name) : settings_(settings), name_(name) {}

  // `prefix` is "" at the top of the file and "raw." inside of [raw].
  Result<void> read_section(const toml::table& section, const std::string& prefix) {
    for (const auto& [key, node] : section)
      if (auto read = read_key(prefix + std::string(key.str()), key.source(), node); !read) return read;
    return {};
  }

  std::set<std::string> take_keys() { return std::move(keys_); }

 private:
  Result<void> read_key(const std::string& key, const toml::source_region& where, const toml::node& node) {
    if (const auto* option = find_option(setting_options(), key)) return store(*option, settings_, key, node);
    if (key == kAppKey) return read_apps(node);
    if (!is_section(key)) return unknown_key(where, key, candidates());
    if (const auto* section = node.as_table()) return read_section(*section, key + ".");
    return Unexpected(at(where) + key + " is a section, expected [" + key + "] and keys below it");
  }

  Result<void> read_apps(const toml::node& node) {
    const auto* apps = node.as_array();
    if (apps == nullptr || !apps->is_homogeneous<toml::table>())
      return Unexpected(at(node.source()) + "app is a section for each app, expected [[app]] and keys below it");
    for (const toml::node& app : *apps)
      if (auto read = read_app(*app.as_table()); !read) return read;
    keys_.emplace(kAppKey);
    return {};
  }

  Result<void> read_app(const toml::table& table) {
    AppSettings app;
    for (const auto& [key, node] : table) {
      const auto* option = find_option(app_options(), key.str());
      const std::string full_key = "app." + std::string(key.str());
      if (option == nullptr) return unknown_key(key.source(), full_key, app_candidates());
      if (auto stored = store(*option, app, full_key, node); !stored) return stored;
    }
    for (const char* required : {"id", "key", "secret"})
      if (!table.contains(required)) return Unexpected(at(table.source()) + "this [[app]] has no " + required);
    // Here and not only in check_settings(), where it is forgotten which file said so.
    if (std::ranges::find(settings_.apps, app.id, &AppSettings::id) != settings_.apps.end())
      return Unexpected(at(table.source()) + "another [[app]] has the id " + app.id + " already");
    settings_.apps.push_back(std::move(app));
    return {};
  }

  template <typename Owner>
  Result<void> store(const Option<Owner>& option, Owner& owner, const std::string& key, const toml::node& node) {
    if (auto assigned = assign(option.field(owner), option.rule, raw_value(node)); !assigned)
      return Unexpected(at(node.source()) + key + assigned.error().message);
    keys_.insert(key);
    return {};
  }

  Unexpected unknown_key(const toml::source_region& where, const std::string& key,
                         const std::vector<std::string>& known) const {
    const std::string shown = is_plain_text(key) ? key : "(unprintable)";
    return Unexpected(at(where) + "unknown key " + shown + did_you_mean(key, known));
  }

  static bool is_section(const std::string& key) {
    return std::ranges::any_of(setting_options(), [&](const auto& option) { return section_of(option.key) == key; });
  }

  static std::vector<std::string> candidates() {
    std::vector<std::string> keys = option_keys(setting_options());
    for (const Option<Settings>& option : setting_options()) keys.emplace_back(section_of(option.key));
    keys.emplace_back(kAppKey);
    return keys;
  }

  static std::vector<std::string> app_candidates() {
    std::vector<std::string> keys = option_keys(app_options());
    for (std::string& key : keys) key.insert(0, "app.");
    return keys;
  }

  std::string at(const toml::source_region& where) const {
    return name_ + ":" + std::to_string(where.begin.line) + ": ";
  }

  Settings& settings_;
  const std::string& name_;
  std::set<std::string> keys_;
};

}  // namespace

Result<std::set<std::string>> read_settings(Settings& settings, std::string_view toml, const std::string& name) {
  try {
    const toml::table file = toml::parse(toml, std::string_view(name));
    Reader reader(settings, name);
    if (auto read = reader.read_section(file, ""); !read) return Unexpected(read.error());
    return reader.take_keys();
  } catch (const toml::parse_error& error) {
    return Unexpected(name + ":" + std::to_string(error.source().begin.line) + ": " + std::string(error.description()));
  }
}

Result<Settings> parse_settings(std::string_view toml, const std::string& name) {
  Settings settings;
  if (auto read = read_settings(settings, toml, name); !read) return Unexpected(read.error());
  if (auto checked = check_settings(settings); !checked) return Unexpected(name + ": " + checked.error().message);
  return settings;
}

}  // namespace belfry
