// The channels that a worker holds in Redis and how far each is: what orders a subscription. Knows
// no connection: it says what to SUBSCRIBE and UNSUBSCRIBE and is told what Redis confirmed. Time comes in.
#pragma once

#include <deque>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/clock.hpp"
#include "common/keyed_hash.hpp"
#include "common/memory_account.hpp"
#include "worker/bus/bus.hpp"

namespace belfry::bus {

class Subscriptions {
 public:
  static constexpr Milliseconds kLinger{2000};  // the last leaver keeps the Redis subscription

  // `send(verb, channels)` writes to the subscriber connection; it is called only while that is up.
  using Send = std::function<void(std::string_view verb, std::span<const std::string> channels)>;
  explicit Subscriptions(Send send) : send_(std::move(send)) {}

  Bus::Standing subscribe(const std::string& channel, ChannelListener& listener, TimePoint now);
  void unsubscribe(const std::string& channel, TimePoint now);

  // At the end of a loop turn: says what to SUBSCRIBE, many channels in one command.
  void flush();

  void connection_up(TimePoint now);  // asks for all that is wanted
  void connection_down();
  void confirmed_subscribe(const std::string& channel, TimePoint now);
  void confirmed_unsubscribe(const std::string& channel, TimePoint now);
  void message(const std::string& channel, std::string_view payload);
  void expire(TimePoint now);  // leaves what nobody wanted for kLinger
  // How long Redis has confirmed nothing while a SUBSCRIBE waits for it.
  Milliseconds unconfirmed_for(TimePoint now) const;

  std::size_t size() const { return entries_.size(); }
  void account(MemoryAccount& account) const;

 private:
  enum class State { absent, subscribing, live, leaving };
  struct Entry {
    ChannelListener* listener = nullptr;  // null: lingering or leaving
    State state = State::absent;
    TimePoint left;  // when the listener went
  };

  struct Leaver {
    TimePoint left;
    std::string channel;
  };

  void ask_for(const std::string& channel, TimePoint now);
  void send_in_pieces(std::string_view verb, std::span<const std::string> channels);

  Send send_;
  bool up_ = false;
  TextMap<Entry> entries_;
  std::vector<std::string> to_subscribe_;  // at the next flush()
  std::deque<Leaver> leavers_;             // in the order of their going; one whose entry says otherwise is stale
  std::size_t unconfirmed_ = 0;            // entries that are subscribing
  TimePoint progress_;                     // the last confirmation, or when the first of the unconfirmed was asked for
};

}  // namespace belfry::bus
