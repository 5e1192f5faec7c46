#include "worker/http/proxies.hpp"

#include <algorithm>
#include <utility>

#include "common/assert.hpp"
#include "common/log.hpp"

namespace belfry::http {
namespace {

constexpr net::Tick kQuiet = net::ticks(Seconds(10));

}  // namespace

void Proxies::trust(const std::vector<std::string>& ranges) {
  ranges_.clear();
  for (const std::string& text : ranges) {
    auto range = parse_cidr(text);
    BELFRY_ASSERT(range.has_value());
    ranges_.push_back(*range);
  }
}

bool Proxies::trusts(const IpAddress& address) const {
  return std::ranges::any_of(ranges_, [&](const Cidr& range) { return range.contains(address); });
}

void Proxies::complain(const IpAddress& peer, const std::string& reason, net::Tick now) {
  if (now < quiet_until_) {
    ++unsaid_;
    return;
  }
  quiet_until_ = now + kQuiet;
  log::warning(
      "PROXY header refused",
      {{"peer", peer.to_string()}, {"reason", reason}, {"others_since_the_last_line", std::exchange(unsaid_, 0)}});
}

}  // namespace belfry::http
