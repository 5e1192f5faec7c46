#include "worker/pusher/activity.hpp"

#include <doctest/doctest.h>
#include <sys/socket.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/control_channel.hpp"
#include "worker/pusher/app.hpp"

namespace belfry::pusher {
namespace {

using Json = nlohmann::json;

AppCounters app_counters;
Counters counters;

App app_with_id(const char* id) { return App({.id = id, .key = "k", .secret = "s"}, app_counters); }

BeginTail order_for(std::string_view app_id, std::string_view channel = "") {
  BeginTail order;
  std::ranges::copy(app_id, order.app_id);
  std::ranges::copy(channel, order.channel);
  return order;
}

// The reader's end of a tail that an Activity has.
class Reader {
 public:
  Reader(Activity& activity, const BeginTail& order) {
    auto pair = make_control_pair();
    REQUIRE(pair);
    end_ = std::move(pair->first);
    activity.add_tail(Tail(order, 0, std::move(pair->second)));
  }

  std::vector<Json> read_all() {
    std::vector<Json> packets;
    char buffer[1024];
    for (ssize_t size; (size = ::recv(end_.get(), buffer, sizeof buffer, 0)) > 0;)
      packets.push_back(Json::parse(buffer, buffer + size));
    return packets;
  }

  void close() { end_.reset(); }

 private:
  UniqueFd end_;
};

std::vector<std::string> kinds_of(const std::vector<Json>& packets) {
  std::vector<std::string> kinds;
  for (const Json& packet : packets) kinds.push_back(packet["kind"]);
  return kinds;
}

TEST_CASE("while nobody watches, nothing is described") {
  const App app = app_with_id("1");
  Activity activity(counters);
  bool described = false;
  const auto describe = [&] { return described = true, Happening{.kind = kConnected}; };
  activity.tell(&app, describe);
  CHECK_FALSE(described);
  Reader reader(activity, order_for("1"));
  activity.tell(nullptr, describe);
  CHECK_FALSE(described);
  activity.tell(&app, describe);
  CHECK(described);
}

TEST_CASE("a watcher hears of his app and his channel only") {
  const App app = app_with_id("1"), other = app_with_id("2");
  Activity activity(counters);
  Reader of_all(activity, order_for("1")), of_channel(activity, order_for("1", "a"));
  activity.tell(&other, [] { return Happening{.kind = kConnected}; });
  activity.tell(&app, [] { return Happening{.kind = kConnected}; });
  activity.tell(&app, [] { return Happening{.kind = kSubscribed, .channel = "a"}; });
  activity.tell(&app, [] { return Happening{.kind = kUnsubscribed, .channel = "b"}; });
  CHECK(kinds_of(of_all.read_all()) == std::vector<std::string>{"connected", "subscribed", "unsubscribed"});
  CHECK(kinds_of(of_channel.read_all()) == std::vector<std::string>{"subscribed"});
}

TEST_CASE("a watcher who does not read misses happenings and then hears how many, exactly") {
  const App app = app_with_id("1");
  Activity activity(counters);
  Reader reader(activity, order_for("1"));
  constexpr int kTold = 20'000;
  for (int i = 0; i < kTold; ++i) activity.tell(&app, [] { return Happening{.kind = kConnected}; });
  const auto kept = reader.read_all().size();
  CHECK(kept < kTold);
  activity.refresh();
  const auto told = reader.read_all();
  REQUIRE(kinds_of(told) == std::vector<std::string>{"dropped"});
  CHECK(told[0]["count"] == kTold - kept);
  activity.refresh();
  activity.tell(&app, [] { return Happening{.kind = kDisconnected}; });
  CHECK(kinds_of(reader.read_all()) == std::vector<std::string>{"disconnected"});
}

TEST_CASE("how much was missed comes before what happens next") {
  const App app = app_with_id("1");
  Activity activity(counters);
  Reader reader(activity, order_for("1"));
  for (int i = 0; i < 20'000; ++i) activity.tell(&app, [] { return Happening{.kind = kConnected}; });
  reader.read_all();
  activity.tell(&app, [] { return Happening{.kind = kDisconnected}; });
  CHECK(kinds_of(reader.read_all()) == std::vector<std::string>{"dropped", "disconnected"});
}

TEST_CASE("a watcher who is gone is forgotten, when something happens or when nothing does") {
  const App app = app_with_id("1");
  for (const bool something_happens : {true, false}) {
    Activity activity(counters);
    Reader reader(activity, order_for("1"));
    reader.close();
    if (something_happens) activity.tell(&app, [] { return Happening{.kind = kConnected}; });
    else activity.refresh();
    bool described = false;
    activity.tell(&app, [&] { return described = true, Happening{.kind = kConnected}; });
    CHECK_FALSE(described);
  }
}

}  // namespace
}  // namespace belfry::pusher
