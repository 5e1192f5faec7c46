#include "worker/pusher/delivery.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace belfry::pusher {
namespace {

constexpr ws::SessionId kSomebody{1, 1}, kSender{2, 2}, kOther{0, 3};
constexpr std::uint32_t kNearTheWrap = 0xFFFFFFFD;

Event event(std::string_view text, std::vector<ws::SessionId> excluded = {}) {
  return {std::move(excluded), net::SharedBytes::copy_of(text)};
}

// What a subscriber got: each piece with the number of events in it.
struct Got {
  auto taker() {
    return [this](const net::SharedBytes& frames, std::size_t events) {
      pieces.push_back(std::string(reinterpret_cast<const char*>(frames.data()), frames.size()) + "*" +
                       std::to_string(events));
    };
  }
  std::vector<std::string> pieces;
};

using Pieces = std::vector<std::string>;

}  // namespace

TEST_CASE("events of a round are one piece for who gets all of them, also where numbers wrap around") {
  for (const std::uint32_t first : {1u, kNearTheWrap}) {
    Delivery delivery(first);
    for (const std::string_view text : {"a", "b", "c", "d", "e"}) delivery.push(event(text));
    delivery.begin_round(1);
    CHECK(delivery.round().size() == 5);
    Got early, late, newest;
    std::uint32_t before_all = first - 1, after_two = first + 1, after_all = first + 4;
    delivery.give_round(before_all, kSomebody, early.taker());
    delivery.give_round(after_two, kSomebody, late.taker());
    delivery.give_round(after_all, kSomebody, newest.taker());
    CHECK(early.pieces == Pieces{"abcde*5"});
    CHECK(late.pieces == Pieces{"c*1", "d*1", "e*1"});
    CHECK(newest.pieces.empty());
    for (const std::uint32_t seen : {before_all, after_two, after_all}) CHECK(seen == first + 4);
    delivery.give_round(before_all, kSomebody, early.taker());
    CHECK(early.pieces.size() == 1);
  }
}

TEST_CASE("a sender does not get its own events") {
  Delivery delivery(1);
  delivery.push(event("a"));
  delivery.push(event("b", {kSender}));
  delivery.push(event("c", {kSender, kOther}));
  delivery.push(event("d"));
  delivery.begin_round(2);
  Got sender, other;
  std::uint32_t senders = 0, others = 0;
  delivery.give_round(senders, kSender, sender.taker());
  delivery.give_round(others, kSomebody, other.taker());
  CHECK(sender.pieces == Pieces{"a*1", "d*1"});
  CHECK(other.pieces == Pieces{"abcd*4"});
  delivery.end_round();
  CHECK(delivery.empty());
}

TEST_CASE("who joins while a round is under way gets what came after him only") {
  Delivery delivery(1);
  delivery.push(event("a"));
  delivery.begin_round(1);
  delivery.push(event("b"));
  std::uint32_t seen = 2, oldest = 0;  // joins after b
  delivery.push(event("c"));
  Got joined, stayed;
  delivery.give_round(seen, kSomebody, joined.taker());
  delivery.give_round(oldest, kSomebody, stayed.taker());
  CHECK(stayed.pieces == Pieces{"a*1"});
  CHECK(seen == 2);
  delivery.end_round();
  delivery.begin_round(2);
  delivery.give_round(seen, kSomebody, joined.taker());
  delivery.give_round(oldest, kSomebody, stayed.taker());
  CHECK(joined.pieces == Pieces{"c*1"});
  CHECK(stayed.pieces == Pieces{"a*1", "bc*2"});
}

TEST_CASE("all there is, of this round and of those behind it, can be given at once, and is not given again") {
  Delivery delivery(1);
  delivery.push(event("a", {kSender}));
  delivery.push(event("b"));
  delivery.begin_round(1);
  delivery.push(event("c"));
  Got got;
  std::uint32_t seen = 0;
  delivery.give_all(seen, kSender, got.taker());
  CHECK(got.pieces == Pieces{"b*1", "c*1"});
  delivery.give_round(seen, kSender, got.taker());
  delivery.end_round();
  delivery.begin_round(1);
  delivery.give_round(seen, kSender, got.taker());
  CHECK(got.pieces.size() == 2);
}

TEST_CASE("a round has one large event, or small ones up to 16 KB, and of many it leaves some") {
  const std::string large(20'000, 'x'), half(8'000, 'x');
  Delivery delivery(1);
  for (const std::string& text : {large, half, half, half, large}) delivery.push(event(text));
  std::vector<std::size_t> rounds;
  while (!delivery.empty()) {
    delivery.begin_round(1);
    rounds.push_back(delivery.round().size());
    delivery.end_round();
  }
  CHECK(rounds == std::vector<std::size_t>{1, 2, 1, 1});
  while (!delivery.is_full()) delivery.push(event("x"));
  delivery.begin_round(1);
  delivery.end_round();
  CHECK_FALSE(delivery.empty());
}

TEST_CASE("places are served backwards, and those that are not there any more left out") {
  Delivery delivery(1);
  delivery.push(event("a"));
  delivery.begin_round(4);
  CHECK(delivery.next_place(4) == 3);
  CHECK(delivery.next_place(5) == 2);  // somebody joined
  CHECK(delivery.next_place(1) == 0);  // some have left
  CHECK_FALSE(delivery.next_place(1));
}

}  // namespace belfry::pusher
