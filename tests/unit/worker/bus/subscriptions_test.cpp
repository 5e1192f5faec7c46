#include "worker/bus/subscriptions.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace belfry::bus {
namespace {

struct Holder final : ChannelListener {
  std::vector<std::string> events;
  void on_live() override { events.push_back("live"); }
  void on_interrupted() override { events.push_back("interrupted"); }
  void on_message(std::string_view payload) override { events.push_back("message " + std::string(payload)); }
};

using Texts = std::vector<std::string>;

struct Fixture {
  Texts sent;
  Subscriptions subscriptions{[this](std::string_view verb, Bus::Texts channels) {
    std::string line(verb);
    for (const std::string& channel : channels) line += " " + channel;
    sent.push_back(line);
  }};
  Holder holder;
  TimePoint now{Seconds(1000)};

  // At the end of the turn.
  const Texts& said() {
    subscriptions.flush();
    return sent;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a channel is live when Redis has confirmed, and not before") {
  subscriptions.connection_up(now);
  CHECK(subscriptions.subscribe("c", holder, now) == Bus::Standing::pending);
  CHECK(said() == Texts{"SUBSCRIBE c"});
  subscriptions.message("c", "early");
  subscriptions.confirmed_subscribe("c", now);
  subscriptions.message("c", "m");
  CHECK(holder.events == Texts{"live", "message m"});
}

TEST_CASE_FIXTURE(Fixture, "the last leaver keeps the channel for a while, and a new holder finds it live") {
  subscriptions.connection_up(now);
  subscriptions.subscribe("c", holder, now);
  subscriptions.confirmed_subscribe("c", now);
  subscriptions.unsubscribe("c", now);
  subscriptions.expire(now + Milliseconds(1999));
  CHECK(said() == Texts{"SUBSCRIBE c"});
  CHECK(subscriptions.subscribe("c", holder, now) == Bus::Standing::live);
  subscriptions.unsubscribe("c", now);
  subscriptions.expire(now + Seconds(2));
  CHECK(sent.back() == "UNSUBSCRIBE c");
  subscriptions.confirmed_unsubscribe("c", now);
  CHECK(subscriptions.size() == 0);
}

TEST_CASE_FIXTURE(Fixture, "the channels of a turn are asked for in one command, each once") {
  subscriptions.connection_up(now);
  Holder other;
  subscriptions.subscribe("a", holder, now);
  subscriptions.subscribe("b", other, now);
  subscriptions.unsubscribe("a", now);
  CHECK(subscriptions.subscribe("a", holder, now) == Bus::Standing::pending);
  CHECK(sent.empty());
  CHECK(said() == Texts{"SUBSCRIBE a b"});
  CHECK(said().size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "what a lost connection was still to ask for, the next one asks for once") {
  subscriptions.connection_up(now);
  subscriptions.subscribe("c", holder, now);
  subscriptions.connection_down();
  CHECK(said().empty());
  CHECK(subscriptions.unconfirmed_for(now + Seconds(9)) == Seconds(0));
  subscriptions.connection_up(now);
  CHECK(said() == Texts{"SUBSCRIBE c"});
}

TEST_CASE_FIXTURE(Fixture, "who comes while the channel is being left waits until it is subscribed again") {
  subscriptions.connection_up(now);
  subscriptions.subscribe("c", holder, now);
  subscriptions.flush();
  subscriptions.confirmed_subscribe("c", now);
  subscriptions.unsubscribe("c", now);
  subscriptions.expire(now + Seconds(3));
  CHECK(subscriptions.subscribe("c", holder, now) == Bus::Standing::pending);
  subscriptions.confirmed_unsubscribe("c", now);
  CHECK(said() == Texts{"SUBSCRIBE c", "UNSUBSCRIBE c", "SUBSCRIBE c"});
  subscriptions.confirmed_subscribe("c", now);
  CHECK(holder.events == Texts{"live", "live"});
}

TEST_CASE_FIXTURE(Fixture, "a lost connection interrupts, and the next one subscribes to what is still wanted") {
  CHECK(subscriptions.subscribe("c", holder, now) == Bus::Standing::away);
  Holder gone;
  subscriptions.connection_up(now);
  subscriptions.subscribe("gone", gone, now);
  subscriptions.confirmed_subscribe("c", now);
  subscriptions.confirmed_subscribe("gone", now);
  subscriptions.unsubscribe("gone", now);
  subscriptions.connection_down();
  CHECK(holder.events == Texts{"live", "interrupted"});
  sent.clear();
  subscriptions.connection_up(now);
  CHECK(said() == Texts{"SUBSCRIBE c"});
  subscriptions.message("c", "before the confirmation");
  subscriptions.confirmed_subscribe("c", now);
  CHECK(holder.events == Texts{"live", "interrupted", "live"});
}

TEST_CASE_FIXTURE(Fixture, "a Redis that confirms nothing is noticed, one that is slow is not") {
  subscriptions.connection_up(now);
  subscriptions.subscribe("a", holder, now);
  Holder other;
  subscriptions.subscribe("b", other, now);
  CHECK(subscriptions.unconfirmed_for(now + Seconds(3)) == Seconds(3));
  subscriptions.confirmed_subscribe("a", now + Seconds(3));
  CHECK(subscriptions.unconfirmed_for(now + Seconds(4)) == Seconds(1));
  subscriptions.confirmed_subscribe("b", now + Seconds(4));
  CHECK(subscriptions.unconfirmed_for(now + Seconds(60)) == Seconds(0));
}

TEST_CASE_FIXTURE(Fixture, "who left before the confirmation leaves after it") {
  subscriptions.connection_up(now);
  subscriptions.subscribe("c", holder, now);
  subscriptions.unsubscribe("c", now);
  subscriptions.expire(now + Seconds(3));
  subscriptions.confirmed_subscribe("c", now + Seconds(4));
  subscriptions.expire(now + Seconds(6));
  CHECK(sent.back() == "UNSUBSCRIBE c");
}

TEST_CASE_FIXTURE(Fixture, "many channels are subscribed, and left, in few commands") {
  std::vector<Holder> holders(1200);
  for (std::size_t i = 0; i < holders.size(); ++i) subscriptions.subscribe("c" + std::to_string(i), holders[i], now);
  subscriptions.connection_up(now);
  CHECK(said().size() == 3);
  for (std::size_t i = 0; i < holders.size(); ++i) {
    subscriptions.confirmed_subscribe("c" + std::to_string(i), now);
    subscriptions.unsubscribe("c" + std::to_string(i), now);
  }
  subscriptions.expire(now + Seconds(2));
  CHECK(sent.size() == 6);
}

}  // namespace belfry::bus
