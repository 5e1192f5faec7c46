#include "common/options.hpp"

#include <unistd.h>

#include <set>
#include <utility>

#include "common/development_app.hpp"
#include "common/option_table.hpp"
#include "common/option_value.hpp"
#include "common/plain_text.hpp"
#include "common/settings_checks.hpp"
#include "common/text_file.hpp"

namespace belfry {
namespace {

// What is said where, from the weakest source to the strongest.
class Loader {
 public:
  // From everywhere; not yet checked as a whole.
  Result<void> gather(const std::optional<std::string>& file, const Environment& environment, const FlagValues& flags) {
    auto files = config_files(file, environment);
    if (!files) return Unexpected(files.error());
    for (const std::string& path : *files)
      if (auto applied = apply_file(path); !applied) return applied;
    if (auto applied = apply_environment(environment); !applied) return applied;
    if (auto applied = apply_flags(flags); !applied) return applied;
    fill_in_paths(environment);
    return {};
  }

  const std::string& admin_socket() const { return settings_.admin_socket; }

  Result<Settings> finish() {
    if (auto checked = check_settings(settings_); !checked) return Unexpected(checked.error());
    if (auto checked = settle_exposure(settings_, written_.contains("raw.enabled")); !checked)
      return Unexpected(checked.error());
    add_development_app(settings_);
    return std::move(settings_);
  }

 private:
  Result<void> apply_file(const std::string& path) {
    auto text = read_text_file(path);
    if (!text) return Unexpected(text.error());
    auto keys = read_settings(settings_, *text, path);
    if (!keys) return Unexpected(keys.error());
    written_.merge(*keys);
    return {};
  }

  Result<void> apply_environment(const Environment& environment) {
    for (const Option<Settings>& option : setting_options()) {
      const std::string variable = variable_of(option.key);
      const auto value = environment(variable);
      if (!value || value->empty()) continue;
      if (auto applied = apply(option, *value, variable); !applied) return applied;
    }
    return {};
  }

  Result<void> apply_flags(const FlagValues& flags) {
    for (const auto& [key, value] : flags) {
      const auto* option = find_option(setting_options(), key);
      BELFRY_ASSERT(option != nullptr);
      if (auto applied = apply(*option, value, flag_of(key)); !applied) return applied;
    }
    return {};
  }

  void fill_in_paths(const Environment& environment) {
    if (settings_.runtime_dir.empty()) settings_.runtime_dir = default_runtime_dir(environment);
    if (settings_.admin_socket.empty()) settings_.admin_socket = settings_.runtime_dir + "/admin.sock";
  }

  Result<void> apply(const Option<Settings>& option, const std::string& text, const std::string& source) {
    const Field field = option.field(settings_);
    if (auto assigned = assign(field, option.rule, raw_value(field, text)); !assigned)
      return Unexpected(source + ": " + std::string(option.key) + assigned.error().message);
    written_.emplace(option.key);
    return {};
  }

  Settings settings_;
  std::set<std::string> written_;
};

}  // namespace

Result<Settings> load_settings(const std::optional<std::string>& file, const Environment& environment,
                               const FlagValues& flags) {
  Loader loader;
  if (auto gathered = loader.gather(file, environment, flags); !gathered) return Unexpected(gathered.error());
  return loader.finish();
}

Result<std::string> find_admin_socket(const std::optional<std::string>& file, const Environment& environment,
                                      const FlagValues& flags) {
  // systemd 252 names the directory to ExecReload=, but does not let it in.
  const Environment without_credentials = [&](const std::string& variable) {
    return variable == "CREDENTIALS_DIRECTORY" ? std::nullopt : environment(variable);
  };
  Loader loader;
  if (auto gathered = loader.gather(file, without_credentials, flags); !gathered) return Unexpected(gathered.error());
  return loader.admin_socket();
}

std::string default_runtime_dir(const Environment& environment) {
  if (::geteuid() == 0) return "/run/belfry";
  const auto unit = environment("RUNTIME_DIRECTORY");  // several are separated by colons
  if (unit && unit->starts_with('/') && is_plain_text(*unit)) return unit->substr(0, unit->find(':'));
  const auto session = environment("XDG_RUNTIME_DIR");
  if (session && session->starts_with('/') && is_plain_text(*session)) return *session + "/belfry";
  return "/tmp/belfry-" + std::to_string(::geteuid());
}

}  // namespace belfry
