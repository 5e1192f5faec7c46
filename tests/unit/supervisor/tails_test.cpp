#include "supervisor/tails.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace belfry::supervisor {
namespace {

const std::vector<AppSettings> kApps = {{.id = "1", .key = "k1", .secret = "s"},
                                        {.id = "2", .key = "k2", .secret = "s", .previous_key = "old"}};

std::string id_for(const TailOrder& order) {
  auto message = begin_tail(order, kApps);
  return message ? message->app_id : message.error().message;
}

TEST_CASE("a tail is of the app with the key, the id or the previous key") {
  CHECK(id_for({.app = "k1"}) == "1");
  CHECK(id_for({.app = "2"}) == "2");
  CHECK(id_for({.app = "old"}) == "2");
}

TEST_CASE("an unknown app is told, and an app without previous key is not found by none") {
  CHECK(id_for({.app = "k3"}) == "there is no app with the key \"k3\"");
  CHECK(id_for({.app = ""}) == "there is no app with the key \"\"");
}

TEST_CASE("a channel that does not fit into a message is refused, not cut") {
  CHECK(id_for({.app = "k1", .channel = std::string(1023, 'c')}) == "1");
  CHECK(id_for({.app = "k1", .channel = std::string(1024, 'c')}).find("too long") != std::string::npos);
}

TEST_CASE("a worker that starts later gets every tail whose reader is still there") {
  Tails tails;
  const Tails::Send nobody = [](const BeginTail&, int) {};
  auto first = tails.begin(*begin_tail({.app = "k1"}, kApps), nobody);
  auto second = tails.begin(*begin_tail({.app = "k2"}, kApps), nobody);
  REQUIRE(first);
  REQUIRE(second);
  const auto told = [&] {
    std::vector<std::string> ids;
    tails.tell_new_worker([&](const BeginTail& order, int) { ids.emplace_back(order.app_id); });
    return ids;
  };
  CHECK(told() == std::vector<std::string>{"1", "2"});
  first->reset();
  CHECK(told() == std::vector<std::string>{"2"});
}

}  // namespace
}  // namespace belfry::supervisor
