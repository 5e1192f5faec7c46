#include "common/settings_text.hpp"

#include <string_view>

#include "common/option_table.hpp"
#include "common/option_value.hpp"

namespace belfry {
namespace {

constexpr std::string_view kHidden = "***";

constexpr std::string_view kSampleHead =
    "# The configuration of belfry, with every option at its default. Read from /etc/belfry/belfry.toml or --config "
    "FILE.\n"
    "# Then belfry.d/*.toml beside it are read: a later file wins key by key, [[app]] sections add up.\n"
    "# Flags (--redis-url) win over variables (BELFRY_REDIS_URL), variables over files (url in [redis]).\n";

constexpr std::string_view kSampleAppHead =
    "# An app of the Pusher protocol; any number of [[app]] sections. With none, and loopback addresses only "
    "to listen\n"
    "# on, a development app with id app-id, key app-key and secret app-secret exists.\n"
    "#\n"
    "#[[app]]\n";

std::string_view name_in_section(std::string_view key) { return key.substr(key.rfind('.') + 1); }

// The rows of a section stand together in the table.
void append_section_head(std::string& text, std::string_view key, std::string_view& section) {
  if (section_of(key) == section) return;
  section = section_of(key);
  text.append("\n[").append(section).append("]\n");
}

void append_line(std::string& text, std::string_view name, std::string_view value) {
  text.append(name).append(" = ").append(value).append("\n");
}

// An empty text is "not set" for the options whose absence means something: their checks refuse it in a file.
template <typename Owner>
bool is_unset(const Option<Owner>& option, const Field& field) {
  const auto* const* text = std::get_if<std::string*>(&field);
  return !option.example.empty() && text != nullptr && (*text)->empty();
}

template <typename Owner>
void append_option(std::string& text, const Option<Owner>& option, Owner& owner) {
  const Field field = option.field(owner);
  if (!is_unset(option, field)) append_line(text, name_in_section(option.key), toml_value(field, option.rule));
}

void hide_password(std::string& url) {
  const auto user = url.find("://");
  const auto at = url.substr(0, url.find('/', user == std::string::npos ? 0 : user + 3)).rfind('@');
  if (user == std::string::npos || at == std::string::npos) return;
  const auto password = url.find(':', user + 3) + 1;
  url.replace(password, at - password, kHidden);
}

}  // namespace

std::string to_toml(const Settings& settings) {
  Settings copy = settings;  // rows reach into a mutable Owner
  std::string text;
  std::string_view section;
  for (const Option<Settings>& option : setting_options()) {
    append_section_head(text, option.key, section);
    append_option(text, option, copy);
  }
  for (AppSettings& app : copy.apps) {
    text += "\n[[app]]\n";
    for (const Option<AppSettings>& option : app_options()) append_option(text, option, app);
  }
  return text;
}

std::string to_toml_without_secrets(Settings settings) {
  hide_password(settings.redis.url);
  for (AppSettings& app : settings.apps) {
    app.secret = kHidden;
    if (!app.previous_secret.empty()) app.previous_secret = kHidden;
  }
  return to_toml(settings);
}

std::string sample_config() {
  Settings defaults;
  std::string text(kSampleHead);
  std::string_view section;
  for (const Option<Settings>& option : setting_options()) {
    append_section_head(text, option.key, section);
    text.append("\n# ").append(option.help).append("\n");
    if (option.example.empty()) append_option(text, option, defaults);
    else append_line(text.append("#"), name_in_section(option.key), option.example);
  }
  AppSettings app;
  text.append("\n").append(kSampleAppHead);
  for (const Option<AppSettings>& option : app_options()) {
    const std::string value =
        option.example.empty() ? toml_value(option.field(app), option.rule) : std::string(option.example);
    append_line(text.append("#\n# ").append(option.help).append("\n#"), option.key, value);
  }
  return text;
}

}  // namespace belfry
