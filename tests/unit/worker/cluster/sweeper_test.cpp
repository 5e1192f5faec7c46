#include "worker/cluster/sweeper.hpp"

#include <doctest/doctest.h>

#include "tests/unit/worker/fake_bus.hpp"

namespace belfry::cluster {
namespace {

const Answer kOk = Answer::status("OK");
const Answer kClaimed = Answer::list({"OK", "closed channel"});

// The reply of channel_apply.lua; only whether more users are left matters here.
Answer applied(bool more) {
  const Answer zero = Answer::number(0), none = Answer::list({});
  return Answer::array({Answer::string("generation"), zero, zero, zero, zero, Answer::number(more), none, none});
}

struct SweeperTest {
  void refresh(const Words& expired = {}) {
    bus.connect();
    answer_refresh(bus, "data", kOk, expired);
  }
  void become_steady() {
    refresh();
    loop.pass(kLease.count());
  }
  void sweep(const std::string& dead) {
    sweeper.sweep(dead, [this, dead] { reported.push_back(dead); });
  }
  // Of "dead": nothing is left to do but its channels.
  void comes_to_channels() {
    refresh();
    sweep("dead");
    bus.answer("claim", kClaimed);
    bus.answer("raw_reap", Answer::number(0));
  }
  // Answers what is left of a sweep.
  void finish_sweep() {
    bus.answer("raw_reap", Answer::number(0));
    bus.answer("index_page", Answer::list({}));
    bus.answer("ZREM", Answer::number(1));
    bus.answer("release", Answer::number(1));
  }

  TestLoop loop;
  FakeBus bus;
  Keys keys{"p:"};
  Counters counters;
  Owner owner{loop.get(), bus, keys, {{}, 0, 1}, "closed", [](std::uint64_t) {}, counters};
  Sweeper sweeper{
      loop.get(), bus, keys, owner, [](std::string_view address) { return Telling{.total = address == "app:told"}; },
      counters};
  Words reported;  // as swept, of those that had died for certain
};

TEST_CASE_FIXTURE(SweeperTest, "who has died for certain is claimed, reaped in chunks and forgotten") {
  refresh();
  sweep("dead");
  const auto claim = bus.answer("claim", kClaimed);
  CHECK(claim.keys == Words{keys.lease("dead"), keys.closed("dead"), keys.record("dead"), keys.claim("dead")});
  CHECK(claim.arguments == Words{owner.name(), "10000", "1"});
  const auto reap = bus.answer("raw_reap", Answer::number(120));
  CHECK(reap.keys == Words{keys.raw_ids("dead"), keys.claim("dead")});
  CHECK(reap.arguments == Words{owner.name(), "10000", "closed channel", "500"});
  bus.answer("raw_reap", Answer::number(0));
  const auto page = bus.answer("index_page", Answer::list({}));
  CHECK(page.keys == Words{keys.index("dead"), keys.claim("dead")});
  CHECK(bus.answer("ZREM", Answer::number(1)).arguments == Words{keys.owners(), "dead"});
  CHECK(reported.empty());
  CHECK(bus.answer("release", Answer::number(1)).arguments == Words{owner.name()});
  CHECK(reported == Words{"dead"});
  CHECK(counters.sweeps == 1);
  refresh();
  CHECK(bus.asked().empty());
}

TEST_CASE_FIXTURE(SweeperTest, "the channels of its index are reaped page by page, each until nothing is left") {
  comes_to_channels();
  bus.answer("index_page", Answer::list({"app:big", "app:told"}));
  const auto big = bus.answer("channel_apply", applied(true));
  CHECK(big.keys == Words{keys.state("app:big"), keys.fence("app:big", "dead"), keys.members("app:big"),
                          keys.extra("app:big"), keys.held("app:big", "dead")});
  CHECK(big.arguments[1].empty());  // fences it
  CHECK(big.arguments[7].empty());  // its subscribers are not told how many they are
  CHECK(bus.answer("channel_apply", applied(false)).arguments[7] == "change");
  bus.answer("channel_apply", applied(false));  // the rest of the big one
  CHECK(bus.answer("ZREM", Answer::number(1)).arguments == Words{keys.index("dead"), "app:told"});
  CHECK(bus.answer("ZREM", Answer::number(1)).arguments == Words{keys.index("dead"), "app:big"});
  bus.answer("index_page", Answer::list({}));
  CHECK(bus.asked() == Words{"ZREM", "release"});
}

TEST_CASE_FIXTURE(SweeperTest, "a channel that could not be reaped stays in the index, and the sweep begins again") {
  comes_to_channels();
  bus.answer("index_page", Answer::list({"app:a", "app:b"}));
  bus.answer("channel_apply", Answer::error("OOM command not allowed"));
  bus.answer("channel_apply", applied(false));
  CHECK(bus.answer("ZREM", Answer::number(1)).arguments == Words{keys.index("dead"), "app:b"});
  CHECK(bus.asked().empty());
  refresh();
  CHECK(bus.asked() == Words{"claim"});
}

TEST_CASE_FIXTURE(SweeperTest, "a sweep waits for Redis") {
  sweep("dead");
  CHECK(bus.asked().empty());
  refresh();
  CHECK(bus.asked() == Words{"claim"});
}

TEST_CASE_FIXTURE(SweeperTest, "while another sweeper holds the claim, it is asked for at each refresh") {
  refresh();
  sweep("dead");
  bus.answer("claim", Answer::list({"BUSY"}));
  CHECK(bus.asked().empty());
  refresh();
  CHECK(bus.asked() == Words{"claim"});
}

TEST_CASE_FIXTURE(SweeperTest, "an error reply at any step is no success: the sweep begins again") {
  const Answer error = Answer::error("OOM command not allowed");
  refresh();
  sweep("dead");
  bus.answer("claim", error);
  refresh();
  bus.answer("claim", kClaimed);
  bus.answer("raw_reap", error);
  CHECK(bus.asked().empty());
  refresh();
  bus.answer("claim", kClaimed);
  bus.answer("raw_reap", Answer::number(0));
  bus.answer("index_page", error);
  CHECK(bus.asked().empty());
  refresh();
  bus.answer("claim", kClaimed);
  bus.answer("raw_reap", Answer::number(0));
  bus.answer("index_page", Answer::list({}));
  bus.answer("ZREM", Answer::number(1));
  bus.answer("release", error);
  CHECK(reported.empty());
  refresh();
  bus.answer("claim", kClaimed);
  finish_sweep();
  CHECK(reported == Words{"dead"});
  refresh();
  CHECK(bus.asked().empty());
}

TEST_CASE_FIXTURE(SweeperTest, "a sweeper that was too slow stops when somebody else has the claim") {
  refresh();
  sweep("dead");
  bus.answer("claim", kClaimed);
  bus.answer("raw_reap", Answer::number(-1));
  CHECK(bus.asked().empty());
  refresh();
  CHECK(bus.asked() == Words{"claim"});
}

TEST_CASE_FIXTURE(SweeperTest, "a sweep that a lost connection interrupted begins again with the next registration") {
  refresh();
  sweep("dead");
  bus.answer("claim", kClaimed);
  bus.lose();
  CHECK(bus.asked().empty());
  refresh();
  bus.answer("claim", kClaimed);
  finish_sweep();
  refresh();
  CHECK(bus.asked().empty());
}

TEST_CASE_FIXTURE(SweeperTest, "whose lease has run out is swept by a steady owner only, which never sweeps itself") {
  refresh({"expired"});
  refresh({"expired"});
  CHECK(bus.asked().empty());
  loop.pass(kLease.count());
  refresh({"expired", owner.name()});
  REQUIRE(bus.asked() == Words{"claim"});
  CHECK(bus.answer("claim", kClaimed).arguments == Words{owner.name(), "10000", "0"});
  finish_sweep();
  CHECK(reported.empty());
}

TEST_CASE_FIXTURE(SweeperTest, "who turns out to be alive is left alone") {
  become_steady();
  refresh({"expired"});
  bus.answer("claim", Answer::list({"ALIVE"}));
  CHECK(bus.asked().empty());
  refresh();
  CHECK(bus.asked().empty());
}

TEST_CASE_FIXTURE(SweeperTest, "one sweep of an owner at a time") {
  become_steady();
  sweep("dead");
  sweep("dead");
  bus.connect();
  bus.answer("claim", kClaimed);
  answer_refresh(bus, "data", kOk, {"dead"});
  CHECK(bus.asked() == Words{"raw_reap"});
}

}  // namespace
}  // namespace belfry::cluster
