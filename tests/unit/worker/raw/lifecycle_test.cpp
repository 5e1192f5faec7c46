#include "worker/raw/lifecycle.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "tests/unit/worker/fake_bus.hpp"

namespace belfry::raw {
namespace {

const Answer kOk = Answer::status("OK");
const Answer kOutOfMemory = Answer::error("OOM command not allowed");

// Clients have names here: "a" is the one that was opened as "a".
struct LifecycleTest {
  void open(const std::string& name) {
    const Client client = lifecycle.opened();
    clients[name] = client;
    open_ones.push_back(client);
    names[client.id.to_string()] = name;
  }
  void close(const std::string& name) {
    std::erase_if(open_ones, [&](const Client& client) { return client.serial == clients[name].serial; });
    lifecycle.closed(clients[name]);
  }

  // The oldest question with its answer, as "raw_open CHANNEL: a b".
  std::string next(const Answer& answer = kOk) {
    if (bus.unanswered.empty()) return "";
    const auto question = bus.answer(bus.unanswered.front().what, answer);
    std::string line = question.what + " " + question.arguments.at(0) + ":";
    for (std::size_t i = 1; i < question.arguments.size(); ++i) line += " " + names[question.arguments[i]];
    CHECK(question.keys.back() == keys.raw_ids(owner.name()));
    return line;
  }
  void end_turn() { loop.turn(); }
  // As Redis confirms it: nothing is left unanswered.
  void open_for_certain(const std::string& name) {
    open(name);
    end_turn();
    CHECK(next() == "raw_open opened: " + name);
  }

  void registers(const std::string& dataset = "data", const Answer& lease = kOk) {
    bus.connect();
    answer_refresh(bus, dataset, lease);
  }

  TestLoop loop;
  FakeBus bus;
  cluster::Keys keys{"p:"};
  Counters counters;
  cluster::Owner owner{loop.get(), bus, keys, {{}, 0, 1}, "closed", [](std::uint64_t) {}, counters};
  std::vector<Client> open_ones;
  std::map<std::string, Client> clients;
  std::map<std::string, std::string> names;
  Lifecycle lifecycle{loop.get(), bus, keys, owner, {"opened", "closed"}, [this](const Lifecycle::Visit& visit) {
                        for (const Client& client : open_ones) visit(client);
                      }};
};

TEST_CASE_FIXTURE(LifecycleTest, "the opens and closes of one turn go out together, opens first") {
  registers();
  open("a");
  open("b");
  close("a");
  CHECK(bus.asked().empty());
  end_turn();
  CHECK_FALSE(lifecycle.is_settled());
  CHECK(next() == "raw_open opened: a b");
  CHECK(next() == "raw_close closed: a");
  CHECK(bus.asked().empty());
  CHECK(lifecycle.is_settled());
}

TEST_CASE_FIXTURE(LifecycleTest, "opens go out at once where something of theirs is published") {
  registers();
  open("a");
  lifecycle.flush_opens();
  CHECK(next() == "raw_open opened: a");
  end_turn();
  CHECK(bus.asked().empty());
}

TEST_CASE_FIXTURE(LifecycleTest, "without Redis nothing is asked; afterwards only who is open then is announced") {
  open("a");
  open("b");
  close("a");
  end_turn();
  CHECK(bus.asked().empty());
  CHECK(lifecycle.is_settled());
  registers();
  CHECK(next() == "raw_open opened: b");
  CHECK(next() == "");
}

TEST_CASE_FIXTURE(LifecycleTest,
                  "after a lost connection what was under way is said again, and what was kept silently") {
  registers();
  open_for_certain("a");
  open_for_certain("b");
  open("c");
  close("b");
  end_turn();
  CHECK(bus.asked() == Words{"raw_open", "raw_close"});
  bus.lose();
  open("d");
  close("a");
  registers();
  CHECK(next() == "raw_open opened: c d");
  CHECK(next() == "raw_close closed: b a");
  CHECK(next() == "");
  CHECK(lifecycle.is_settled());
}

TEST_CASE_FIXTURE(LifecycleTest, "known clients are entered again silently") {
  registers();
  open_for_certain("a");
  bus.lose();
  registers();
  CHECK(next() == "raw_open : a");
  CHECK(next() == "");
}

TEST_CASE_FIXTURE(LifecycleTest, "a loss of data: silent re-entry, and only the closes that happened meanwhile") {
  registers();
  for (const char* name : {"a", "b", "c"}) open_for_certain(name);
  close("a");
  end_turn();
  CHECK(next() == "raw_close closed: a");
  open("unanswered");
  end_turn();
  bus.lose();
  close("b");
  close("unanswered");  // Redis may never have heard of it
  open("late");
  registers("other data");
  REQUIRE(bus.published == Words{"closed " + clients["b"].id.to_string()});
  CHECK(next() == "raw_open : c");
  CHECK(next() == "raw_open opened: late");
  CHECK(next() == "");
  CHECK(lifecycle.is_settled());
}

TEST_CASE_FIXTURE(LifecycleTest, "who was swept is announced as opened again under the new epoch") {
  registers();
  open_for_certain("a");
  open_for_certain("b");
  close("b");  // announced by the sweep
  registers("data", Answer::status("GONE"));
  CHECK(owner.name().ends_with(".2"));
  bus.answer("registry", Answer::list({}));
  bus.answer("lease", kOk);
  CHECK(next() == "raw_open opened: a");
  end_turn();
  CHECK(next() == "");
  CHECK(bus.published.empty());
}

TEST_CASE_FIXTURE(LifecycleTest, "an error reply to an open is no success: it is announced at the next registration") {
  registers();
  open("a");
  end_turn();
  CHECK(next(kOutOfMemory) == "raw_open opened: a");
  CHECK_FALSE(owner.is_registered());
  registers();
  CHECK(next() == "raw_open opened: a");
  CHECK(next() == "");
}

TEST_CASE_FIXTURE(LifecycleTest, "an error reply to a close is no success: it is announced at the next registration") {
  registers();
  open_for_certain("a");
  close("a");
  end_turn();
  CHECK(next(kOutOfMemory) == "raw_close closed: a");
  registers();
  CHECK(next() == "raw_close closed: a");
  CHECK(next() == "");
  CHECK(lifecycle.is_settled());
}

TEST_CASE_FIXTURE(LifecycleTest, "answers to what was asked before an error are void, the order of batches is kept") {
  registers();
  open("a");
  end_turn();
  open_ones.clear();
  lifecycle.closed(clients["a"]);
  end_turn();
  CHECK(bus.asked() == Words{"raw_open", "raw_close"});
  CHECK(next(kOutOfMemory) == "raw_open opened: a");
  CHECK(next() == "raw_close closed: a");  // of the registration that has ended
  registers();
  CHECK(next() == "raw_close closed: a");
  CHECK(lifecycle.is_settled());
}

TEST_CASE_FIXTURE(LifecycleTest, "many clients go in batches; after a lost connection only the unanswered ones again") {
  registers();
  for (int i = 0; i < 700; ++i) open(std::to_string(i));
  end_turn();
  CHECK(bus.asked() == Words{"raw_open", "raw_open"});
  next();
  next();
  for (int i = 0; i < 700; ++i) close(std::to_string(i));
  end_turn();
  const std::string first = next();
  CHECK(std::count(first.begin(), first.end(), ' ') == 501);
  CHECK_FALSE(lifecycle.is_settled());
  bus.lose();
  registers();
  const std::string again = next();
  CHECK(again.starts_with("raw_close closed: 500 501 "));
  CHECK(again.ends_with(" 699"));
  CHECK(next() == "");
  CHECK(lifecycle.is_settled());
}

}  // namespace
}  // namespace belfry::raw
