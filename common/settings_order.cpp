#include "common/settings_order.hpp"

#include "common/settings_file.hpp"
#include "common/settings_text.hpp"

namespace belfry {
namespace {

constexpr std::string_view kPemFollows = "\n----- TLS -----\n";

}  // namespace

std::string to_text(const SettingsOrder& order) {
  return to_toml(order.settings).append(kPemFollows).append(order.tls_pem);
}

Result<SettingsOrder> parse_settings_order(std::string_view text) {
  const std::size_t end = text.find(kPemFollows);
  if (end == std::string_view::npos) return Unexpected("the configuration is cut off");
  auto settings = parse_settings(text.substr(0, end), "configuration");
  if (!settings) return Unexpected(settings.error());
  return SettingsOrder{std::move(*settings), std::string(text.substr(end + kPemFollows.size()))};
}

}  // namespace belfry
