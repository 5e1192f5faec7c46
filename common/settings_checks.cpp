#include "common/settings_checks.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/host_port.hpp"
#include "common/socket_address.hpp"
#include "common/unix_address.hpp"

namespace belfry {
namespace {

constexpr std::size_t kRoomForSocketName = 16;  // "/redis.sock" and its like

// `seen`: the addresses of other options.
Result<void> check_addresses(const std::string& option, const std::vector<std::string>& texts,
                             std::set<std::string>& seen) {
  for (const std::string& text : texts) {
    auto address = parse_socket_address(text);
    if (!address) return Unexpected(option + ": " + address.error().message);
    if (address->port() != 0 && !seen.insert(address->to_string()).second)
      return Unexpected(option + ": " + address->to_string() + " is there twice");
  }
  return {};
}

Result<void> check_listen(const Settings& settings) {
  if (settings.listen.empty()) return Unexpected("listen is empty, expected at least one address");
  std::set<std::string> seen;
  if (auto checked = check_addresses("listen", settings.listen, seen); !checked) return checked;
  return check_addresses("tls.listen", settings.tls.listen, seen);
}

// What is in the files is tls_identity.hpp's business.
Result<void> check_tls(const Settings& settings) {
  if (!settings.tls.certificate.empty()) return {};
  if (!settings.tls.listen.empty()) return Unexpected("tls.listen names addresses, but there is no tls.certificate");
  if (!settings.tls.key.empty()) return Unexpected("there is a tls.key, but no tls.certificate");
  return {};
}

Result<void> check_socket_paths(const Settings& settings) {
  const auto too_long = [](const std::string& key, const std::string& path, std::size_t longest) {
    return Unexpected(key + ": " + path + " has " + std::to_string(path.size()) +
                      " bytes, which is too long for a socket; at most " + std::to_string(longest) + " are possible");
  };
  constexpr std::size_t kLongestRuntimeDir = kLongestSocketPath - kRoomForSocketName;
  if (settings.runtime_dir.size() > kLongestRuntimeDir)
    return too_long("runtime_dir", settings.runtime_dir, kLongestRuntimeDir);
  if (settings.admin_socket.size() > kLongestSocketPath)
    return too_long("admin_socket", settings.admin_socket, kLongestSocketPath);
  return {};
}

Result<void> check_endpoints(const Settings& settings) {
  std::map<std::string, std::string> taken;  // path -> the key that says so
  for (const auto& [key, path] :
       {std::pair("raw.path", settings.raw.enabled ? settings.raw.path : ""),
        std::pair("echo.path", settings.echo.path), std::pair("instance.path", settings.instance.path)}) {
    if (path.empty()) continue;
    const auto [other, free] = taken.emplace(path, key);
    if (!free) return Unexpected(other->second + " and " + key + " are both " + path);
  }
  return {};
}

// Behind a proxy every client has the proxy's address.
Result<void> check_balance(const Settings& settings) {
  if (settings.balance.workers != "source" || settings.trusted_proxies.empty()) return {};
  return Unexpected(
      "balance.workers = \"source\" and trusted_proxies exclude each other: by the address of a proxy all of its "
      "clients would go to one worker");
}

Result<void> check_apps(const Settings& settings) {
  std::set<std::string> ids, keys;
  for (const AppSettings& app : settings.apps) {
    if (!ids.insert(app.id).second) return Unexpected("two [[app]] have the id " + app.id);
    for (const std::string& key : {app.key, app.previous_key})
      if (!key.empty() && !keys.insert(key).second) return Unexpected("two [[app]] have the key " + key);
    if (app.previous_key.empty() != app.previous_secret.empty())
      return Unexpected("app " + app.id + " has only one of previous_key and previous_secret");
  }
  return {};
}

}  // namespace

Result<void> check_settings(const Settings& settings) {
  for (const auto check : {check_listen, check_tls, check_socket_paths, check_endpoints, check_balance, check_apps})
    if (auto checked = check(settings); !checked) return checked;
  return {};
}

Result<void> settle_exposure(Settings& settings, bool raw_enabled_is_written) {
  if (raw_enabled_is_written || listens_on_loopback_only(settings)) return {};
  settings.raw.enabled = false;
  if (!settings.apps.empty()) return {};
  return Unexpected(
      "listen names an address that other machines reach, but there is no [[app]] and nothing is said about "
      "raw.enabled; add an [[app]], or allow raw broadcast to everybody with raw.enabled = true");
}

bool listens_on_loopback_only(const Settings& settings) {
  return std::ranges::all_of(settings.listen, is_loopback_address) &&
         std::ranges::all_of(settings.tls.listen, is_loopback_address);
}

}  // namespace belfry
