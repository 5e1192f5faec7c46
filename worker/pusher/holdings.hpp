// The channels that a session holds. Each is found at once, however many they are: a few are looked through, many have
// an index. Channels outlive their being held here.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/keyed_hash.hpp"
#include "common/memory_account.hpp"

namespace belfry::pusher {

class Channel;

// One of them: subscribed, or waiting for Redis.
struct Holding {
  Channel* channel;
  std::uint32_t place = 0;  // among the channel's subscribers, once joined
  bool joined = false;
};

class Holdings {
 public:
  std::span<const Holding> all() const { return all_; }
  Holding& operator[](std::uint32_t index) { return all_[index]; }

  const Holding* find(std::string_view channel) const;
  std::uint32_t index_of(const Channel& channel) const;  // it must be held

  void add(Channel& channel);  // it must not be held
  // The last one takes its place.
  void remove(std::uint32_t index);
  std::vector<Holding> take();

  void account(MemoryAccount& account) const;

 private:
  static constexpr std::size_t kFew = 16;

  using Index = std::unordered_map<std::string_view, std::uint32_t, KeyedHash>;  // by the channels' own names

  std::vector<Holding> all_;
  std::unique_ptr<Index> index_;  // null: they have been few
};

}  // namespace belfry::pusher
