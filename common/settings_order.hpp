// How the supervisor hands a configuration to a worker: the settings as TOML and, behind them, the PEM text of the TLS
// identity, after a line that no TOML can have.
#pragma once

#include <string>
#include <string_view>

#include "common/result.hpp"
#include "common/settings.hpp"

namespace belfry {

struct SettingsOrder {
  Settings settings;
  std::string tls_pem;  // empty: there is none
};

std::string to_text(const SettingsOrder& order);
Result<SettingsOrder> parse_settings_order(std::string_view text);

}  // namespace belfry
