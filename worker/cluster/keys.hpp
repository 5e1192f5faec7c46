// The keys of the cluster's state in Redis. Those of one owner share a hash tag, and so do those of one channel, so
// that their scripts run in one slot of a Redis Cluster. See README.md beside this file.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::cluster {

class Keys {
 public:
  explicit Keys(std::string prefix) : prefix_(std::move(prefix)) {}

  std::string dataset() const { return prefix_ + "dataset"; }
  std::string owners() const { return prefix_ + "owners"; }
  std::string terminations() const { return prefix_ + "terminations"; }
  std::string nodes_seen() const { return of("nodes", "seen"); }
  std::string node_rows() const { return of("nodes", "rows"); }
  std::string lease(std::string_view owner) const { return of(owner, "lease"); }
  std::string closed(std::string_view owner) const { return of(owner, "closed"); }
  std::string record(std::string_view owner) const { return of(owner, "record"); }
  std::string claim(std::string_view owner) const { return of(owner, "claim"); }
  std::string raw_ids(std::string_view owner) const { return of(owner, "raw"); }
  std::string index(std::string_view owner) const { return of(owner, "channels"); }

  // `address` names a channel of an app: "APP:CHANNEL".
  std::string topic(std::string_view address) const { return std::string(prefix_).append("channel:").append(address); }
  std::string state(std::string_view address) const { return of(address, "state"); }
  std::string members(std::string_view address) const { return of(address, "members"); }
  std::string extra(std::string_view address) const { return of(address, "extra"); }
  std::string fence(std::string_view address, std::string_view owner) const { return of(address, "fence:", owner); }
  std::string held(std::string_view address, std::string_view owner) const { return of(address, "held:", owner); }
  std::string rate(std::string_view node, std::string_view app, std::string_view what) const {
    return of(node, "rate:", std::string(app).append(":").append(what));
  }
  // What channel_apply.lua works on, in its order.
  std::vector<std::string> rows(std::string_view address, std::string_view owner, bool with_stream = false) const {
    std::vector<std::string> keys = {state(address), fence(address, owner), members(address), extra(address),
                                     held(address, owner)};
    if (with_stream) keys.push_back(stream(address.substr(0, address.rfind(':'))));
    return keys;
  }
  std::string stream(std::string_view app) const { return of(app, "channel_events"); }
  std::string kept(std::string_view address) const { return of(address, "kept"); }

 private:
  std::string of(std::string_view tag, std::string_view what, std::string_view whose = {}) const {
    std::string key = prefix_ + "{";
    return key.append(tag).append("}:").append(what).append(whose);
  }

  std::string prefix_;
};

}  // namespace belfry::cluster
