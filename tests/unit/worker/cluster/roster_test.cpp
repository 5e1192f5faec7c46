#include "worker/cluster/roster.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

namespace belfry::cluster {
namespace {

const Roster::Spare kNobody = [](const std::string&) { return false; };
const Roster::Spare kEverybody = [](const std::string&) { return true; };

MembersAnnouncement announcement(const std::string& generation, std::uint64_t number, const std::string& joined,
                                 const std::string& left = "") {
  MembersAnnouncement made{{generation, number}, {}};
  for (const char user : joined) made.changes.push_back({true, std::string(1, user), "{}"});
  for (const char user : left) made.changes.push_back({false, std::string(1, user), ""});
  return made;
}

Roster::Members members(const std::string& users) {
  Roster::Members made;
  for (const char user : users) made.emplace(std::string(1, user), "{}");
  return made;
}

struct RosterTest {
  void snapshot(const std::string& generation, std::uint64_t number, const std::string& users,
                const Roster::Spare& spare = kNobody) {
    note(roster.take_snapshot({generation, number}, members(users), spare));
  }
  void announce(const MembersAnnouncement& announcement, const Roster::Spare& spare = kNobody) {
    note(roster.take(announcement, spare));
  }
  // What was told since the last call: "+a -b", sorted.
  std::string told() {
    std::ranges::sort(changes);
    std::string text;
    for (const std::string& change : changes) text.append(text.empty() ? "" : " ").append(change);
    changes.clear();
    return text;
  }
  std::string now() const {
    std::set<std::string> sorted;
    for (const auto& [user, info] : roster.members()) sorted.insert(user);
    std::string text;
    for (const std::string& user : sorted) text += user;
    return text;
  }

  Roster roster;
  std::vector<std::string> changes;

 private:
  void note(const Roster::Changes& more) {
    for (const MemberChange& change : more) changes.push_back((change.joined ? "+" : "-") + change.user);
  }
};

TEST_CASE_FIXTURE(RosterTest, "the first snapshot is news to nobody, what follows is told") {
  CHECK_FALSE(roster.is_synced());
  snapshot("g", 5, "ab");
  CHECK(told().empty());
  CHECK(now() == "ab");
  announce(announcement("g", 6, "c", "a"));
  CHECK(told() == "+c -a");
  CHECK(now() == "bc");
}

TEST_CASE_FIXTURE(RosterTest, "what the snapshot has already is passed over, what overtook it is done after it") {
  announce(announcement("g", 4, "a"));
  announce(announcement("g", 5, "b"));
  announce(announcement("g", 6, "c"));
  CHECK(told().empty());
  snapshot("g", 5, "ab");
  CHECK(told() == "+c");
  announce(announcement("g", 5, "", "b"));
  CHECK(told().empty());
  CHECK(roster.covers({"g", 6}));
  CHECK_FALSE(roster.covers({"g", 7}));
}

TEST_CASE_FIXTURE(RosterTest, "after a gap nothing is believed until the next snapshot, which tells the difference") {
  snapshot("g", 1, "ab");
  announce(announcement("g", 3, "d"));
  CHECK_FALSE(roster.is_synced());
  CHECK_FALSE(roster.covers({"g", 1}));
  CHECK(told().empty());
  CHECK(now() == "ab");
  snapshot("g", 3, "bcd");
  CHECK(told() == "+c +d -a");
  CHECK(roster.is_synced());
}

TEST_CASE_FIXTURE(RosterTest, "an announcement of another generation wants a snapshot, too") {
  snapshot("g", 8, "a");
  announce(announcement("h", 1, "b"));
  CHECK_FALSE(roster.is_synced());
  snapshot("h", 0, "a");
  CHECK(told() == "+b");
  CHECK(roster.covers({"g", 99}));
}

TEST_CASE_FIXTURE(RosterTest, "what was held back for a snapshot of another generation is held back still") {
  snapshot("g", 1, "a");
  roster.interrupt();
  announce(announcement("h", 2, "c"));
  snapshot("g", 1, "a");
  CHECK_FALSE(roster.is_synced());
  snapshot("h", 1, "ab");
  CHECK(told() == "+b +c");
}

TEST_CASE_FIXTURE(RosterTest,
                  "what had come before a snapshot was asked for, of a generation that is over, is dropped") {
  announce(announcement("g", 7, "x"));
  announce(announcement("h", 1, "b"));
  roster.expect_snapshot();
  announce(announcement("h", 2, "c"));
  snapshot("h", 1, "ab");
  CHECK(roster.is_synced());
  CHECK(now() == "abc");

  announce(announcement("g", 8, "y"));  // late, behind the snapshot
  CHECK_FALSE(roster.is_synced());
  roster.expect_snapshot();
  snapshot("h", 2, "abc");
  CHECK(roster.is_synced());
  CHECK(now() == "abc");
}

TEST_CASE_FIXTURE(RosterTest, "who is spared stays, in doubt, until a snapshot has him or a later one has not") {
  snapshot("g", 1, "abc");
  roster.interrupt();
  snapshot("h", 0, "c", kEverybody);
  CHECK(told().empty());
  CHECK(now() == "abc");
  CHECK(roster.has_doubts());
  announce(announcement("h", 1, "a"));
  CHECK(told().empty());
  CHECK(roster.has_doubts());
  snapshot("h", 1, "ac");
  CHECK(told() == "-b");
  CHECK_FALSE(roster.has_doubts());
}

TEST_CASE_FIXTURE(RosterTest, "who is in doubt and comes back was never away") {
  snapshot("g", 1, "ab");
  announce(announcement("g", 2, "", "a"), kEverybody);
  CHECK(roster.has_doubts());
  announce(announcement("g", 3, "a"));
  CHECK(told().empty());
  CHECK_FALSE(roster.has_doubts());
}

TEST_CASE_FIXTURE(RosterTest, "nobody is told twice, and nobody leaves who was not there") {
  snapshot("g", 1, "a");
  announce(announcement("g", 2, "a", "z"));
  CHECK(told().empty());
}

}  // namespace
}  // namespace belfry::cluster
