#include "tools/bench/pusher_talk.hpp"

#include <doctest/doctest.h>

#include <string>

#include "worker/pusher/server_events.hpp"

using namespace belfry;
using namespace belfry::bench;

TEST_CASE("the event's name is found however the JSON is spaced") {
  CHECK(event_of(pusher::pong()) == kPong);
  CHECK(event_of(pusher::channel_event("bench", "c", "data")) == "bench");
  CHECK(event_of(R"({ "channel" : "c", "event" : "x" })") == "x");
  CHECK(event_of("hello") == "");
}

TEST_CASE("connection_established is understood, whether its data is a string or an object") {
  for (const std::string& message :
       {pusher::connection_established("123.456", 30),
        std::string(
            R"({"event":"pusher:connection_established","data":{"socket_id": "123.456", "activity_timeout": 30}})")}) {
    CHECK(socket_id_of(message) == "123.456");
    CHECK(activity_timeout_of(message) == 30);
  }
  CHECK(socket_id_of(pusher::pong()) == "");
  CHECK_FALSE(activity_timeout_of(pusher::pong()));
}

TEST_CASE("only a channel that is not for everybody is signed") {
  const PusherKey key = {"278d425bdf160c739803", pusher::Signer("7ad3773142a6692b25b8")};
  CHECK(subscribe_text(key, "1234.1234", "orders") ==
        R"({"event":"pusher:subscribe","data":{"auth":"","channel":"orders"}})");
  CHECK(subscribe_text(key, "1234.1234", "private-foobar") ==
        R"({"event":"pusher:subscribe","data":{"auth":"278d425bdf160c739803:)"
        R"(58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4","channel":"private-foobar"}})");
}
