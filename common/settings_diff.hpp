// What is different between two configurations, option by option and app by app; and what of it a reload applies. Pure.
#pragma once

#include <string>
#include <vector>

#include "common/option.hpp"
#include "common/settings.hpp"

namespace belfry {

struct OptionChange {
  std::string key;
  std::string before, after;  // TOML; "***" for what is, or may hold, a secret
  Applies applies = Applies::at_reload;

  bool operator==(const OptionChange&) const = default;
};

struct AppChange {
  enum class What { added, removed, changed };

  std::string id;
  What what = What::changed;
  std::vector<OptionChange> options = {};  // of one that was changed

  bool operator==(const AppChange&) const = default;
};

struct SettingsDiff {
  std::vector<OptionChange> options;
  std::vector<AppChange> apps;

  bool is_empty() const { return options.empty() && apps.empty(); }
};

// Apps are the same where their ids are.
SettingsDiff difference(Settings before, Settings after);

// `running` with everything of `wanted` that a reload applies.
Settings with_reloadable(Settings running, Settings wanted);

}  // namespace belfry
