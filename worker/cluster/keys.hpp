// The keys of the cluster's state in Redis. Those of one owner share a hash tag, so that its scripts run in one slot of
// a Redis Cluster. See README.md beside this file.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace belfry::cluster {

class Keys {
 public:
  explicit Keys(std::string prefix) : prefix_(std::move(prefix)) {}

  std::string dataset() const { return prefix_ + "dataset"; }
  std::string owners() const { return prefix_ + "owners"; }
  std::string lease(std::string_view owner) const { return of(owner, "lease"); }
  std::string closed(std::string_view owner) const { return of(owner, "closed"); }
  std::string record(std::string_view owner) const { return of(owner, "record"); }
  std::string claim(std::string_view owner) const { return of(owner, "claim"); }
  std::string raw_ids(std::string_view owner) const { return of(owner, "raw"); }

 private:
  std::string of(std::string_view owner, std::string_view what) const {
    std::string key = prefix_ + "{";
    return key.append(owner).append("}:").append(what);
  }

  std::string prefix_;
};

}  // namespace belfry::cluster
