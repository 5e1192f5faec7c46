#include "worker/cluster/channel_states.hpp"

#include <doctest/doctest.h>

#include "tests/unit/worker/fake_bus.hpp"

namespace belfry::cluster {
namespace {

const Answer kOk = Answer::status("OK");

struct Heard final : ChannelState::Listener {
  ChannelState::Rules rules() const override { return {{.total = true}, 3, max_total}; }
  void on_settled() override { ++settled; }
  void on_members(const Roster::Changes& changes) override {
    for (const MemberChange& change : changes) members.push_back((change.joined ? "+" : "-") + change.user);
  }
  void on_total(std::uint64_t total) override { totals.push_back(std::to_string(total)); }
  void on_full(const std::string& user) override { full.push_back(user); }

  std::uint32_t max_total = 0;
  int settled = 0;
  Words members, totals, full;
};

struct Applied {
  long long version = 0;
  long long total = 0;
  bool told = false;
  long long wait = 0;
  std::vector<Answer> results = {};
  Words snapshot = {};
  std::string generation = "g";
  long long granted = 0;

  Answer answer() const {
    return Answer::array({Answer::string(generation), Answer::number(version), Answer::number(total),
                          Answer::number(told), Answer::number(wait), Answer::number(0), Answer::array(results),
                          Answer::list(snapshot), Answer::number(granted)});
  }
};

struct ChannelStatesTest {
  void registers(const std::string& dataset = "data") {
    bus.connect();
    answer_refresh(bus, dataset, kOk);
  }
  void end_turn() { loop.turn(); }

  // Common beginnings.
  ChannelState& has_one_subscriber() {
    registers();
    ChannelState& state = states.attach("app:c", false, heard);
    state.set_count(1);
    enters();
    applies({.version = 1, .total = 1});
    return state;
  }
  ChannelState& asks_for_five_of_ten() {
    registers();
    heard.max_total = 10;
    ChannelState& state = states.attach("app:c", false, heard);
    state.set_count(0, 5);
    enters();
    return state;
  }
  // `snapshot`: all who are there, user and info in turn.
  ChannelState& has_member_a(const Words& snapshot) {
    registers();
    ChannelState& state = states.attach("app:presence-c", true, heard);
    state.set_live(true);
    state.add_user("a", "{}");
    state.set_count(1);
    enters();
    applies({.version = 1, .total = 1, .results = {Answer::number(1)}, .snapshot = snapshot});
    return state;
  }

  void enters() {
    end_turn();
    bus.answer("index_enter", kOk);
    end_turn();
  }
  // Of the oldest question: count, digest, total, snapshot, limit and the operations.
  Words applies(const Applied& reply) {
    const auto question = bus.answer("channel_apply", reply.answer());
    return {question.arguments.begin() + 5, question.arguments.end()};
  }
  Answer verified(long long version, bool same, const Words& rows = {}, const Words& members = {}) {
    return Answer::array({Answer::string("g"), Answer::number(version), Answer::number(0), Answer::number(same),
                          Answer::list(rows), Answer::list(members)});
  }

  TestLoop loop;
  FakeBus bus;
  Counters counters;
  Keys keys{"p:"};
  Owner owner{loop.get(), bus, keys, {{}, 0, 1}, "closed", [](std::uint64_t) {}, counters};
  ChannelStates states{loop.get(), bus, keys, owner, [](std::string_view) { return Telling{.total = true}; }, counters};
  Heard heard;
};

TEST_CASE_FIXTURE(ChannelStatesTest, "a channel is entered in the index before its count is written, once a turn") {
  registers();
  ChannelState& state = states.attach("app:c", false, heard);
  state.set_count(1);
  const Ticket ticket = state.set_count(2);
  end_turn();
  const auto enter = bus.answer("index_enter", kOk);
  CHECK(enter.keys == Words{keys.closed(owner.name()), keys.index(owner.name())});
  CHECK(enter.arguments == Words{"app:c"});
  CHECK_FALSE(state.is_settled(ticket));
  end_turn();
  CHECK(applies({.version = 1, .total = 2, .told = true}) == Words{"2", "0", "change", "0", "3", "0", "2"});
  CHECK(state.is_settled(ticket));
  CHECK(heard.settled == 1);
  CHECK(state.total() == 2);
  CHECK(state.total_is_coming());
  state.take(TotalAnnouncement{{"g", 1}, 2});
  CHECK_FALSE(state.total_is_coming());
  CHECK(heard.totals == Words{"2"});
}

TEST_CASE_FIXTURE(ChannelStatesTest,
                  "where the total is bounded, as many count as are left, and no more are asked for") {
  registers();
  heard.max_total = 10;
  ChannelState& state = states.attach("app:c", false, heard);
  const Ticket ticket = state.set_count(1, 5);
  enters();
  const Words words = applies({.version = 1, .total = 10, .granted = 3});
  CHECK(Words{words.end() - 2, words.end()} == Words{"10", "1"});
  CHECK(words[0] == "5");
  CHECK(state.is_settled(ticket));
  CHECK(state.granted() == 3);
  const Ticket next = state.set_count(3);
  end_turn();
  CHECK(bus.asked().empty());
  CHECK(state.is_settled(next));
}

TEST_CASE_FIXTURE(ChannelStatesTest,
                  "what is secured is the least that Redis may count while answers are on their way") {
  ChannelState& state = asks_for_five_of_ten();
  CHECK(state.secured() == 0);
  state.set_count(2);
  end_turn();
  state.set_count(2, 8);
  end_turn();
  applies({.version = 1, .total = 5, .granted = 5});
  CHECK(state.secured() == 2);
  applies({.version = 2, .total = 2, .granted = 2});
  CHECK(state.secured() == 2);
  applies({.version = 3, .total = 8, .granted = 8});
  CHECK(state.secured() == 8);
}

TEST_CASE_FIXTURE(ChannelStatesTest, "what Redis has not heard of takes nothing from what is secured") {
  ChannelState& state = asks_for_five_of_ten();
  applies({.version = 1, .total = 5, .granted = 5});
  bus.lose();
  state.set_count(4);
  end_turn();
  CHECK(state.secured() == 5);
}

TEST_CASE_FIXTURE(ChannelStatesTest, "after a lost answer, what is granted is what Redis is found to count") {
  ChannelState& state = asks_for_five_of_ten();
  bus.lose();
  CHECK(state.secured() == 0);
  registers();
  enters();
  CHECK(bus.answer("channel_verify", verified(1, true)).arguments[4] == "5");
  CHECK(state.granted() == 5);
  CHECK(state.secured() == 5);
}

TEST_CASE_FIXTURE(ChannelStatesTest, "nothing is secured any more once Redis is found to count something else") {
  ChannelState& state = asks_for_five_of_ten();
  applies({.version = 1, .total = 5, .granted = 5});
  bus.lose();
  registers("other data");
  enters();
  bus.answer("channel_verify", verified(1, false));
  CHECK(state.secured() == 0);
  applies({.version = 1, .total = 5, .granted = 5});
  CHECK(state.secured() == 5);
}

TEST_CASE_FIXTURE(ChannelStatesTest, "a ticket of a turn that changed nothing is settled without Redis") {
  ChannelState& state = has_one_subscriber();
  state.set_count(0);
  const Ticket ticket = state.set_count(1);
  end_turn();
  CHECK(bus.asked().empty());
  CHECK(state.is_settled(ticket));
}

TEST_CASE_FIXTURE(ChannelStatesTest, "who joins a presence channel is settled when the roster has him") {
  registers();
  ChannelState& state = states.attach("app:presence-c", true, heard);
  state.add_user("a", "{}");
  const Ticket ticket = state.set_count(1);
  enters();
  CHECK(bus.asked().empty());  // not live: what happens between a snapshot and SUBSCRIBE would be missed
  state.set_live(true);
  end_turn();
  const Words words = applies({.version = 1, .total = 1, .results = {Answer::number(1)}, .snapshot = {"a", "{}"}});
  CHECK(Words{words.begin() + 3, words.end()} == Words{"1", "3", "0", "1", "+", "a", "{}"});
  CHECK(state.is_settled(ticket));
  CHECK(heard.members.empty());

  state.add_user("b", "{}");
  const Ticket second = state.set_count(2);
  end_turn();
  CHECK(applies({.version = 2, .total = 2, .results = {Answer::number(1)}}).back() == "{}");
  CHECK_FALSE(state.is_settled(second));
  state.take(MembersAnnouncement{{"g", 2}, {{true, "b", "{}"}}});
  CHECK(heard.members == Words{"+b"});
  CHECK(state.is_settled(second));
}

TEST_CASE_FIXTURE(ChannelStatesTest, "who finds the channel full is told, and the others are not held up") {
  registers();
  ChannelState& state = states.attach("app:presence-c", true, heard);
  state.set_live(true);
  OwnUsers::Entry& refused = state.add_user("a", "{}");
  const Ticket ticket = state.set_count(1);
  enters();
  applies({.version = 4, .results = {Answer::number(-1)}, .snapshot = {"x", "{}"}});
  CHECK(heard.full == Words{"a"});
  CHECK(state.is_settled(ticket));
  state.remove_user(refused);
  state.set_count(0);
  end_turn();
  CHECK(applies({.version = 4})[0] == "0");
}

TEST_CASE_FIXTURE(ChannelStatesTest,
                  "after a lost connection what is written is verified, and only what differs is mended") {
  ChannelState& state = has_member_a({"a", "{}"});
  OwnUsers::Entry& b = state.add_user("b", "{}");
  const Ticket ticket = state.set_count(2);
  end_turn();
  bus.lose();  // nobody knows whether b is written
  registers();
  enters();
  const auto verify = bus.answer("channel_verify", verified(1, false, {"a"}));
  CHECK(verify.arguments[1] == "2");  // the number of the connection
  CHECK(counters.rows_repaired == 1);
  const Words words = applies({.version = 2, .total = 2, .results = {Answer::number(1)}});
  CHECK(words[0] == "2");
  CHECK(Words{words.end() - 3, words.end()} == Words{"+", "b", "{}"});
  state.take(MembersAnnouncement{{"g", 2}, {{true, "b", "{}"}}});
  CHECK(state.is_settled(ticket));

  state.remove_user(b);
  state.set_count(1);
  end_turn();
  applies({.version = 3, .total = 1, .results = {Answer::number(1)}});
  bus.lose();
  registers();
  enters();
  bus.answer("channel_verify", verified(3, true));
  CHECK(bus.asked().empty());
  CHECK(counters.rows_repaired == 1);
}

TEST_CASE_FIXTURE(ChannelStatesTest, "a new epoch writes everything again under its name") {
  has_one_subscriber();
  const std::string dead = owner.name();
  bus.connect();
  answer_refresh(bus, "data", Answer::status("GONE"));
  bus.answer("registry", Answer::list({}));
  bus.answer("lease", kOk);
  end_turn();
  CHECK(bus.answer("index_enter", kOk).keys[1] == keys.index(owner.name()));
  end_turn();
  const auto apply = bus.answer("channel_apply", Applied{.version = 2, .total = 1}.answer());
  CHECK(apply.arguments[0] == owner.name());
  CHECK(owner.name() != dead);
  CHECK(apply.arguments[5] == "1");
}

TEST_CASE_FIXTURE(ChannelStatesTest, "a channel that nobody holds leaves Redis, then the index") {
  ChannelState& state = has_one_subscriber();
  state.set_count(0);
  states.detach(state);
  CHECK_FALSE(states.is_settled());
  end_turn();
  CHECK(applies({.version = 2})[0] == "0");
  end_turn();
  CHECK(bus.answer("ZREM", Answer::number(1)).arguments == Words{keys.index(owner.name()), "app:c"});
  CHECK(states.is_settled());
}

TEST_CASE_FIXTURE(ChannelStatesTest, "one that is held again meanwhile stays") {
  ChannelState& state = has_one_subscriber();
  state.set_count(0);
  states.detach(state);
  end_turn();
  Heard other;
  ChannelState& again = states.attach("app:c", false, other);
  const Ticket ticket = again.set_count(1);
  end_turn();
  applies({.version = 2});
  CHECK(applies({.version = 3, .total = 1})[0] == "1");
  end_turn();
  CHECK(bus.asked().empty());
  CHECK(again.is_settled(ticket));
  CHECK(other.settled == 1);
}

TEST_CASE_FIXTURE(ChannelStatesTest, "a total that may not be told yet is told when it may") {
  registers();
  ChannelState& state = states.attach("app:c", false, heard);
  state.set_count(200);
  enters();
  applies({.version = 1, .total = 200, .told = false, .wait = 0});
  state.set_count(201);
  end_turn();
  applies({.version = 1, .total = 201, .told = false, .wait = 20});
  CHECK_FALSE(state.total_is_coming());
  CHECK(state.total() == 201);
  while (bus.asked().empty()) uv_run(loop.get(), UV_RUN_ONCE);  // its timer has one beat a second
  if (bus.asked().front() == "channel_verify") {                // at this beat it was the channel's turn, too
    bus.answer("channel_verify", verified(1, true));
    end_turn();
  }
  CHECK(applies({.version = 2, .total = 201, .told = true})[2] == "late");
}

TEST_CASE_FIXTURE(ChannelStatesTest, "when Redis has lost its data nobody is announced as gone who may come back") {
  ChannelState& state = has_member_a({"a", "{}", "other", "{}"});
  state.set_live(false);
  bus.lose();
  registers("other data");
  state.set_live(true);
  enters();
  bus.answer("channel_verify", verified(0, false));
  applies({.version = 1, .total = 1, .results = {Answer::number(1)}});
  CHECK(heard.members.empty());
  CHECK(state.roster().contains("other"));
  CHECK(state.roster().contains("a"));
}

TEST_CASE_FIXTURE(ChannelStatesTest, "a snapshot of another generation is a loss, too, before the owner knows of it") {
  ChannelState& state = has_member_a({"a", "{}", "other", "{}"});
  state.take(MembersAnnouncement{{"new", 1}, {{true, "third", "{}"}}});
  end_turn();
  applies({.version = 1, .total = 1, .snapshot = {"third", "{}"}, .generation = "new"});
  CHECK(heard.members == Words{"+third"});
  CHECK(state.roster().contains("other"));
}

}  // namespace
}  // namespace belfry::cluster
