// How the supervisor hands a configuration to a worker: the settings as TOML and, after a line that no TOML can have,
// what TLS needs: the ticket key in hex, and the identity as PEM.
#pragma once

#include <string>
#include <string_view>

#include "common/result.hpp"
#include "common/settings.hpp"
#include "common/tls_context.hpp"

namespace belfry {

struct SettingsOrder {
  Settings settings;
  std::string tls_pem;  // empty: there is none
  TicketKey ticket_key;
};

std::string to_text(const SettingsOrder& order);
Result<SettingsOrder> parse_settings_order(std::string_view text);

}  // namespace belfry
