// The proxies that are believed (trusted_proxies), and the complaint about others who speak the PROXY protocol: they
// may be a proxy that nobody has named, so the log says so, though not each time. One for all connections of a worker;
// a reload changes it under them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/cidr.hpp"
#include "common/ip_address.hpp"
#include "worker/net/tick.hpp"

namespace belfry::http {

class Proxies {
 public:
  // `ranges` were checked when the configuration was read.
  void trust(const std::vector<std::string>& ranges);

  bool are_none() const { return ranges_.empty(); }
  bool trusts(const IpAddress& address) const;

  // A PROXY header was refused.
  void complain(const IpAddress& peer, const std::string& reason, net::Tick now);

 private:
  std::vector<Cidr> ranges_;
  net::Tick quiet_until_ = 0;
  std::uint64_t unsaid_ = 0;  // complaints since the last line
};

}  // namespace belfry::http
