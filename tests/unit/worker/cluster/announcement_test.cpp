#include "worker/cluster/announcement.hpp"

#include <doctest/doctest.h>

namespace belfry::cluster {
namespace {

TEST_CASE("who came and who went is read, whatever their names hold") {
  const auto parsed = parse_announcement("M1 run1 7 +1:a9:{\"n\":\"x\"}-5:b:2+c+0:2:{}");
  REQUIRE(parsed);
  const auto& members = std::get<MembersAnnouncement>(*parsed);
  CHECK(members.version == Version{"run1", 7});
  REQUIRE(members.changes.size() == 3);
  CHECK(members.changes[0] == MemberChange{true, "a", "{\"n\":\"x\"}"});
  CHECK(members.changes[1] == MemberChange{false, "b:2+c", ""});
  CHECK(members.changes[2] == MemberChange{true, "", "{}"});
}

TEST_CASE("a total is read") {
  const auto parsed = parse_announcement("C1 run1 8 120");
  REQUIRE(parsed);
  CHECK(std::get<TotalAnnouncement>(*parsed).version == Version{"run1", 8});
  CHECK(std::get<TotalAnnouncement>(*parsed).total == 120);
}

TEST_CASE("what is no announcement, or of another version, or broken, is none") {
  for (const char* text : {"",
                           "M1",
                           "M1 ",
                           "M1 g",
                           "M1 g 1",
                           "M1 g x +",
                           "M1 g 1 *1:a",
                           "M1 g 1 +1:a",
                           "M1 g 1 +1:a2:{",
                           "M1 g 1 -9:a",
                           "M1 g 1 -:a",
                           "M1 g 1 +-1:a2:{}",
                           "M1 g 1 +99999999999999999999:a",
                           "M2 g 1 -1:a",
                           "C1 g 1",
                           "C1 g 1 ",
                           "C1 g 1 x",
                           "C1 g 1 -5",
                           "C2 g 1 5",
                           "1 - - {}"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_announcement(text));
  }
}

}  // namespace
}  // namespace belfry::cluster
