#include "worker/cluster/owner.hpp"

#include <doctest/doctest.h>

#include "tests/unit/worker/fake_bus.hpp"

namespace belfry::cluster {
namespace {

const std::string kNode(32, '0');
const Answer kOk = Answer::status("OK");
const Answer kGone = Answer::status("GONE");

struct OwnerTest : private Owner::Listener {
  OwnerTest() { owner.add(*this); }

  void on_registered(Owner::Standing standing) override {
    constexpr const char* kNames[] = {"kept", "data_lost", "reborn"};
    events.push_back(std::string("registered ") + kNames[static_cast<int>(standing)]);
  }
  void on_unregistered() override { events.push_back("unregistered"); }
  void on_refreshed(const std::vector<std::string>& expired) override {
    for (const std::string& owner : expired) events.push_back("expired " + owner);
  }
  void take_epoch(std::uint64_t epoch) {
    events.push_back("epoch " + std::to_string(epoch) + " before " + std::to_string(bus.unanswered.size()) + " asked");
  }

  Words new_events() { return std::exchange(events, {}); }
  void register_first() {
    bus.connect();
    answer_refresh(bus, "data", kOk);
    events.clear();
  }

  TestLoop loop;
  FakeBus bus;
  Keys keys{"p:"};
  Counters counters;
  Words events;
  Owner owner{loop.get(), bus, keys, {{}, 3, 1}, "closed", [this](std::uint64_t epoch) { take_epoch(epoch); },
              counters};
};

TEST_CASE_FIXTURE(OwnerTest, "an owner enters the registry, then takes its lease, and is registered with that") {
  CHECK(new_events() == Words{"epoch 1 before 0 asked"});
  CHECK(owner.name() == kNode + ".3.1");
  bus.connect();
  CHECK(bus.asked() == Words{"dataset", "registry", "lease"});
  bus.answer("dataset", Answer::status("data"));
  CHECK(bus.answer("registry", Answer::list({"a", "b"})).arguments == Words{owner.name(), "9000"});
  CHECK_FALSE(owner.is_registered());
  const auto lease = bus.answer("lease", kOk);
  CHECK(lease.keys == Words{keys.lease(owner.name()), keys.closed(owner.name()), keys.record(owner.name())});
  CHECK(lease.arguments == Words{"9000", "closed"});
  CHECK(owner.is_registered());
  CHECK(new_events() == Words{"expired a", "expired b", "registered kept"});
}

TEST_CASE_FIXTURE(OwnerTest, "a refresh of a registered owner is nobody's concern") {
  register_first();
  bus.connect();
  answer_refresh(bus, "data", kOk);
  CHECK(new_events().empty());
}

TEST_CASE_FIXTURE(OwnerTest, "a lost connection is told once, and the rows are kept when it is back") {
  register_first();
  bus.connect();
  bus.lose();
  bus.lose();
  CHECK_FALSE(owner.is_registered());
  CHECK(new_events() == Words{"unregistered"});
  bus.connect();
  answer_refresh(bus, "data", kOk);
  CHECK(new_events() == Words{"registered kept"});
}

TEST_CASE_FIXTURE(OwnerTest, "an owner that was declared dead goes on under its next epoch") {
  register_first();
  bus.connect();
  answer_refresh(bus, "data", kGone);
  CHECK_FALSE(owner.is_registered());
  CHECK(owner.name() == kNode + ".3.2");
  const Words told = new_events();
  REQUIRE(told.size() == 2);
  CHECK(told[0] == "unregistered");
  CHECK(told[1].starts_with("epoch 2"));
  CHECK(bus.answer("registry", Answer::list({})).arguments[0] == owner.name());
  CHECK(bus.answer("lease", kOk).keys[0] == keys.lease(owner.name()));
  CHECK(new_events() == Words{"registered reborn"});
}

TEST_CASE_FIXTURE(OwnerTest, "what comes late for the dead epoch is not taken for the new one's") {
  register_first();
  bus.connect();
  bus.connect();
  answer_refresh(bus, "data", kGone);
  answer_refresh(bus, "data", kGone);  // asked under the dead name
  CHECK(owner.name() == kNode + ".3.2");
  CHECK_FALSE(owner.is_registered());
}

TEST_CASE_FIXTURE(OwnerTest, "another data set means that Redis has lost its data") {
  register_first();
  bus.lose();
  bus.connect();
  answer_refresh(bus, "other data", kOk);
  CHECK(new_events() == Words{"unregistered", "registered data_lost"});
  bus.connect();
  answer_refresh(bus, "other data", kOk);
  CHECK(new_events().empty());
}

TEST_CASE_FIXTURE(OwnerTest, "a loss of data is noticed without a lost connection too") {
  register_first();
  bus.connect();
  answer_refresh(bus, "other data", kOk);
  CHECK(new_events() == Words{"registered data_lost"});
}

TEST_CASE_FIXTURE(OwnerTest, "a loss of data is not forgotten while the lease cannot be taken") {
  register_first();
  bus.connect();
  answer_refresh(bus, "other data", Answer::error("OOM command not allowed"));
  bus.lose();
  bus.connect();
  answer_refresh(bus, "other data", kOk);
  CHECK(new_events() == Words{"unregistered", "registered data_lost"});
}

TEST_CASE_FIXTURE(OwnerTest, "error replies are taken neither for a data set nor for a lease") {
  bus.connect();
  answer_refresh(bus, "data", Answer::error("OOM command not allowed"));
  CHECK_FALSE(owner.is_registered());
  bus.connect();
  bus.answer("dataset", Answer::error("OOM command not allowed"));
  bus.answer("registry", Answer::error("OOM command not allowed"));
  bus.answer("lease", kOk);
  CHECK(owner.is_registered());
  bus.connect();
  answer_refresh(bus, "data", kOk);
  CHECK(new_events() == Words{"epoch 1 before 0 asked", "registered kept"});
}

TEST_CASE_FIXTURE(OwnerTest, "after a row that could not be written, the next refresh registers again") {
  register_first();
  owner.register_anew("OOM");
  CHECK_FALSE(owner.is_registered());
  bus.connect();
  answer_refresh(bus, "data", kOk);
  CHECK(new_events() == Words{"unregistered", "registered kept"});
}

TEST_CASE_FIXTURE(OwnerTest, "an owner is steady after a whole lease without a break") {
  register_first();
  loop.pass(8999);
  CHECK_FALSE(owner.is_steady());
  loop.pass(1);
  CHECK(owner.is_steady());
  bus.lose();
  CHECK_FALSE(owner.is_steady());
  bus.connect();
  answer_refresh(bus, "data", kOk);
  CHECK_FALSE(owner.is_steady());
}

TEST_CASE_FIXTURE(OwnerTest, "the run of Redis is known when an owner is registered") {
  bus.connect();
  answer_refresh(bus, "data", kOk);
  CHECK(owner.run() == "01234567");
  bus.lose();
  bus.run_id = "fedcba9876543210";
  bus.connect();
  CHECK(owner.run() == "fedcba98");
}

TEST_CASE_FIXTURE(OwnerTest, "a released owner leaves the registry and refreshes no more") {
  register_first();
  owner.release();
  owner.release();
  CHECK(bus.answer("release", Answer::number(1)).arguments == Words{""});
  CHECK(bus.answer("ZREM", Answer::number(1)).arguments == Words{keys.owners(), owner.name()});
  bus.connect();
  CHECK(bus.asked().empty());
}

}  // namespace
}  // namespace belfry::cluster
