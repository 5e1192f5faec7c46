#include "supervisor/child_state.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string_view>

namespace belfry::supervisor {
namespace {

using enum ChildState;

constexpr ChildState kAll[] = {stopped, starting, running, aborting, killing, stopping, backing_off, failed};

TEST_CASE("every state has a name of its own") {
  std::set<std::string_view> names;
  for (const ChildState state : kAll) names.insert(name_of(state));
  CHECK(names.size() == std::size(kAll));
  CHECK_FALSE(names.contains("unknown"));
}

TEST_CASE("no state steps to itself and none is a dead end") {
  for (const ChildState from : kAll) {
    CHECK_FALSE(may_step(from, from));
    bool leads_on = false;
    for (const ChildState to : kAll) leads_on = leads_on || may_step(from, to);
    CHECK(leads_on);
  }
}

TEST_CASE("a child runs only after it was starting") {
  for (const ChildState from : kAll) CHECK(may_step(from, running) == (from == starting));
}

TEST_CASE("a child without a process can only start or stay down") {
  for (const ChildState from : {stopped, backing_off, failed})
    for (const ChildState to : kAll)
      if (may_step(from, to)) CHECK((to == starting || to == stopped));
}

TEST_CASE("a killed child comes back only through a new start") {
  for (const ChildState to : {running, stopping, aborting}) CHECK_FALSE(may_step(killing, to));
  CHECK(may_step(killing, starting));
}

TEST_CASE("every process can be killed") {
  for (const ChildState state : kAll)
    if (state != killing) CHECK(may_step(state, killing) == has_process(state));
}

}  // namespace
}  // namespace belfry::supervisor
