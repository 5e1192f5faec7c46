// --config and the flag of every row of the option table, for the commands that read the configuration.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/options.hpp"

namespace belfry::tools {

class OptionFlags {
 public:
  // All flags, or only those of `keys`. Lives as long as the callback of `command` that holds it.
  static std::shared_ptr<OptionFlags> add_to(CLI::App& command);
  static std::shared_ptr<OptionFlags> add_to(CLI::App& command, const std::vector<std::string_view>& keys);

  std::optional<std::string> config() const;
  FlagValues values() const;  // only flags that were given

  // The configuration that these flags, the environment and the files come to.
  Result<Settings> load() const { return load_settings(config(), process_environment(), values()); }
  Result<std::string> admin_socket() const { return find_admin_socket(config(), process_environment(), values()); }
  // Those that load() reads.
  std::vector<std::string> files() const;

 private:
  struct Flag {
    std::string key;
    const CLI::Option* option;
  };

  const CLI::Option* config_ = nullptr;
  std::vector<Flag> flags_;
};

// CLI11 takes the next argument as the value of "--flag="; split in two, the empty value is one.
std::vector<std::string> split_empty_values(std::vector<std::string> arguments);

}  // namespace belfry::tools
