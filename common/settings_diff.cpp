#include "common/settings_diff.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "common/option_table.hpp"
#include "common/option_value.hpp"

namespace belfry {
namespace {

constexpr std::array<std::string_view, 3> kSecrets = {"secret", "previous_secret", "redis.url"};
constexpr std::string_view kHidden = "***";

template <typename Owner>
std::vector<OptionChange> changes(std::span<const Option<Owner>> options, Owner& before, Owner& after) {
  std::vector<OptionChange> found;
  for (const Option<Owner>& option : options) {
    OptionChange change = {std::string(option.key), toml_value(option.field(before), option.rule),
                           toml_value(option.field(after), option.rule), option.applies};
    if (change.before == change.after) continue;
    if (std::ranges::find(kSecrets, option.key) != kSecrets.end()) change.before = change.after = kHidden;
    found.push_back(std::move(change));
  }
  return found;
}

AppSettings* find_app(std::vector<AppSettings>& apps, const std::string& id) {
  const auto found = std::ranges::find(apps, id, &AppSettings::id);
  return found == apps.end() ? nullptr : &*found;
}

}  // namespace

SettingsDiff difference(Settings before, Settings after) {
  SettingsDiff diff = {changes(setting_options(), before, after), {}};
  for (AppSettings& app : before.apps) {
    AppSettings* now = find_app(after.apps, app.id);
    if (now == nullptr) diff.apps.push_back({app.id, AppChange::What::removed});
    else if (app != *now) diff.apps.push_back({app.id, AppChange::What::changed, changes(app_options(), app, *now)});
  }
  for (const AppSettings& app : after.apps)
    if (find_app(before.apps, app.id) == nullptr) diff.apps.push_back({app.id, AppChange::What::added});
  return diff;
}

Settings with_reloadable(Settings running, Settings wanted) {
  for (const Option<Settings>& option : setting_options()) {
    if (option.applies != Applies::at_reload) continue;
    const auto assign = [&](auto* to) { *to = *std::get<std::remove_const_t<decltype(to)>>(option.field(wanted)); };
    std::visit(assign, option.field(running));
  }
  running.apps = std::move(wanted.apps);
  return running;
}

}  // namespace belfry
