#include "common/settings_order.hpp"

#include <utility>

#include "common/hex.hpp"
#include "common/settings_file.hpp"
#include "common/settings_text.hpp"

namespace belfry {
namespace {

constexpr std::string_view kTlsFollows = "\n----- TLS -----\n";

}  // namespace

std::string to_text(const SettingsOrder& order) {
  std::string text = to_toml(order.settings);
  return text.append(kTlsFollows).append(to_hex(order.ticket_key.bytes)).append("\n").append(order.tls_pem);
}

Result<SettingsOrder> parse_settings_order(std::string_view text) {
  const std::size_t toml_size = text.find(kTlsFollows);
  if (toml_size == std::string_view::npos) return Unexpected("the configuration is cut off");
  auto settings = parse_settings(text.substr(0, toml_size), "configuration");
  if (!settings) return Unexpected(settings.error());
  const std::string_view tls = text.substr(toml_size + kTlsFollows.size());
  const std::size_t key_size = tls.find('\n');
  SettingsOrder order = {std::move(*settings), {}, {}};
  if (key_size == std::string_view::npos || !from_hex(tls.substr(0, key_size), order.ticket_key.bytes))
    return Unexpected("the configuration has no ticket key");
  order.tls_pem = tls.substr(key_size + 1);
  return order;
}

}  // namespace belfry
