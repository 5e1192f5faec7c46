#include "common/options.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <set>
#include <utility>

#include "common/development_app.hpp"
#include "common/option_table.hpp"
#include "common/option_value.hpp"
#include "common/plain_text.hpp"
#include "common/settings_checks.hpp"
#include "common/unique_fd.hpp"

namespace belfry {
namespace {

constexpr std::size_t kLargestFile = 4 << 20;

Result<std::string> read_file(const std::string& path) {
  UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return Unexpected(errno_error(path));
  std::string text;
  char block[16 << 10];
  while (true) {
    const ssize_t count = ::read(file.get(), block, sizeof block);
    if (count < 0) return Unexpected(errno_error(path));
    if (count == 0) return text;
    text.append(block, static_cast<std::size_t>(count));
    if (text.size() > kLargestFile) return Unexpected(path + ": a configuration file is not that large");
  }
}

// What is said where, from the weakest source to the strongest.
class Loader {
 public:
  Result<void> apply_file(const std::optional<std::string>& path) {
    if (!path) return {};
    auto text = read_file(*path);
    if (!text) return Unexpected(text.error());
    auto keys = read_settings(settings_, *text, *path);
    if (!keys) return Unexpected(keys.error());
    written_ = std::move(*keys);
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

  Result<Settings> finish() {
    if (auto checked = check_settings(settings_); !checked) return Unexpected(checked.error());
    if (auto checked = settle_exposure(settings_, written_.contains("raw.enabled")); !checked)
      return Unexpected(checked.error());
    add_development_app(settings_);
    return std::move(settings_);
  }

 private:
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

Environment process_environment() {
  return [](const std::string& variable) -> std::optional<std::string> {
    const char* value = std::getenv(variable.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

std::optional<std::string> config_file(std::optional<std::string> file) {
  if (!file && ::access(kDefaultConfigFile, F_OK) == 0) file = kDefaultConfigFile;
  return file;
}

Result<Settings> load_settings(std::optional<std::string> file, const Environment& environment,
                               const FlagValues& flags) {
  Loader loader;
  if (auto applied = loader.apply_file(config_file(std::move(file))); !applied) return Unexpected(applied.error());
  if (auto applied = loader.apply_environment(environment); !applied) return Unexpected(applied.error());
  if (auto applied = loader.apply_flags(flags); !applied) return Unexpected(applied.error());
  loader.fill_in_paths(environment);
  return loader.finish();
}

std::string default_runtime_dir(const Environment& environment) {
  if (::geteuid() == 0) return "/run/belfry";
  const auto session = environment("XDG_RUNTIME_DIR");
  if (session && session->starts_with('/') && is_plain_text(*session)) return *session + "/belfry";
  return "/tmp/belfry-" + std::to_string(::geteuid());
}

}  // namespace belfry
