#include "worker/pusher/catch_up.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace belfry::pusher {
namespace {

constexpr ws::SessionId kAnn{1, 1}, kBob{2, 2};

using Ids = std::vector<ws::SessionId>;
using Texts = std::vector<std::string>;

Event event(std::uint64_t number, Ids excluded = {}) {
  return {std::move(excluded), net::SharedBytes::copy_of(std::to_string(number)), number};
}

// Who is left out when this live event passes.
Ids left_out(CatchUp& catch_up, Event live) {
  catch_up.pass(live);
  return live.excluded;
}

Texts come_in(CatchUp& catch_up, const ws::SessionId& session, std::uint64_t kept_number) {
  Texts texts;
  catch_up.come_in(session, kept_number, [&](const net::SharedBytes& frame) {
    texts.emplace_back(reinterpret_cast<const char*>(frame.data()), frame.size());
  });
  return texts;
}

}  // namespace

TEST_CASE("who is given a kept event gets the newer ones that came live while it was fetched") {
  CatchUp catch_up;
  left_out(catch_up, event(3));
  catch_up.begin_fetch(1);
  for (const std::uint64_t number : {4, 5, 6}) left_out(catch_up, event(number));
  CHECK(come_in(catch_up, kAnn, 4) == Texts{"5", "6"});
  CHECK(come_in(catch_up, kBob, 6).empty());
  catch_up.end_fetch();
  CHECK(left_out(catch_up, event(7)).empty());
  catch_up.begin_fetch(2);
  CHECK(come_in(catch_up, kAnn, 7).empty());
}

TEST_CASE("where nothing is kept, all that came meanwhile is new, but not to its sender") {
  CatchUp catch_up;
  catch_up.begin_fetch(1);
  left_out(catch_up, event(0, {kBob}));
  left_out(catch_up, event(1));
  CHECK(come_in(catch_up, kAnn, 0) == Texts{"0", "1"});
  CHECK(come_in(catch_up, kBob, 0) == Texts{"1"});
}

TEST_CASE("a kept event that overtakes the live ones is not given again, nor what is older") {
  CatchUp catch_up;
  left_out(catch_up, event(3));
  catch_up.begin_fetch(1);
  come_in(catch_up, kAnn, 5);
  come_in(catch_up, kBob, 4);
  catch_up.end_fetch();
  CHECK(left_out(catch_up, event(4)) == Ids{kAnn, kBob});
  CHECK(left_out(catch_up, event(0)).empty());  // of a client: it is not kept
  CHECK(left_out(catch_up, event(5, {kBob})) == Ids{kBob, kAnn});
  CHECK(left_out(catch_up, event(6)).empty());
  CHECK(left_out(catch_up, event(5)).empty());  // all have heard newer ones live
}

TEST_CASE("nobody is left out who has gone") {
  CatchUp catch_up;
  come_in(catch_up, kAnn, 5);
  catch_up.leave(kAnn);
  CHECK(left_out(catch_up, event(4)).empty());
}

}  // namespace belfry::pusher
