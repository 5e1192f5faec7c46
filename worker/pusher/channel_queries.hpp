// What Redis knows of an app's channels, for the HTTP API: read, never asked of other workers (cluster/README.md).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "worker/bus/bus.hpp"
#include "worker/cluster/keys.hpp"

namespace belfry::pusher {

struct App;

class ChannelQueries {
 public:
  // What is asked of a channel, and the answer. `users` and `kept` are read only where they are asked for.
  struct Wanted {
    bool users = false;  // how many
    bool kept = false;
  };
  struct Kept {
    std::string text;  // of the event, as clients get it
    std::int64_t ttl_ms = 0;
  };
  struct Facts {
    std::uint64_t subscribers = 0;
    std::uint64_t users = 0;
    std::optional<Kept> kept;
  };
  // Of occupied channels, by name.
  using Channels = std::map<std::string, Facts>;
  struct User {
    std::string id;
    std::string info;  // JSON
  };

  // nullopt: Redis did not answer.
  template <typename T>
  using Then = std::function<void(std::optional<T>)>;

  ChannelQueries(bus::Bus& bus, const cluster::Keys& keys) : bus_(bus), keys_(keys) {}

  void facts(const App& app, const std::vector<std::string>& channels, Wanted wanted, Then<Channels> then);
  // All channels whose names begin with `prefix` and which have subscribers anywhere.
  void occupied(const App& app, std::string_view prefix, Wanted wanted, Then<Channels> then);
  // The members of a presence channel.
  void users(const App& app, std::string_view channel, Then<std::vector<User>> then);

 private:
  struct Listing;
  struct Collection;
  using ListingPointer = std::shared_ptr<Listing>;
  using CollectionPointer = std::shared_ptr<Collection>;

  void list_owner(const ListingPointer& listing, const std::string& owner, const std::string& from);
  void finish(const ListingPointer& listing);
  void collect(const CollectionPointer& collection);
  void read_facts(const CollectionPointer& collection, const std::string& channel);
  void ask(const CollectionPointer& collection, std::vector<std::string> words,
           std::function<void(bus::Reply)> on_reply);

  bus::Bus& bus_;
  const cluster::Keys& keys_;
};

}  // namespace belfry::pusher
