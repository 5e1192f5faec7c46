#include "tools/pusher_dialogue.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace belfry::tools;

namespace {

constexpr const char* kEstablished =
    R"({"event":"pusher:connection_established","data":"{\"socket_id\":\"1234.1234\",\"activity_timeout\":120}"})";
const AppKeys kOfficial = {"3", "278d425bdf160c739803", "7ad3773142a6692b25b8"};
using Lines = std::vector<std::string>;

Lines subscriptions(const PusherPlan& plan) { return PusherDialogue(plan).take(kEstablished).to_send; }

std::string succeeded(const std::string& channel) {
  return R"({"event":"pusher_internal:subscription_succeeded","data":"{}","channel":")" + channel + "\"}";
}

std::string shown(const char* message) { return PusherDialogue({}).take(message).to_show.value_or("nothing"); }

std::string typed(const PusherPlan& plan, const char* line) {
  auto message = PusherDialogue(plan).message_of(line);
  return message ? *message : message.error().message;
}

}  // namespace

TEST_CASE("each channel is asked for once when the connection is established, and not before") {
  PusherDialogue dialogue({.channels = {"orders", "news", "orders"}});
  CHECK(dialogue.take(R"({"event":"pusher:error","data":{"code":4001,"message":"x"}})").to_send.empty());
  CHECK(dialogue.take(kEstablished).to_send == Lines{R"({"event":"pusher:subscribe","data":{"channel":"orders"}})",
                                                     R"({"event":"pusher:subscribe","data":{"channel":"news"}})"});
  CHECK(dialogue.take(kEstablished).to_send.empty());
}

TEST_CASE("private channels are signed as in Pusher's own example") {
  CHECK(subscriptions({.channels = {"private-foobar"}, .keys = kOfficial}) ==
        Lines{R"({"event":"pusher:subscribe","data":{"channel":"private-foobar","auth":"278d425bdf160c739803:)"
              R"(58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4"}})"});
}

TEST_CASE("presence channels are joined as the user that is named, else as the socket id") {
  const auto joined_as = [](const char* user) {
    return subscriptions({.channels = {"presence-a"}, .keys = kOfficial, .user = user}).front();
  };
  CHECK(joined_as("7").find(R"("channel_data":"{\"user_id\":\"7\"}")") != std::string::npos);
  CHECK(joined_as("").find(R"("channel_data":"{\"user_id\":\"1234.1234\"}")") != std::string::npos);
}

TEST_CASE("a user's own channel is authenticated by the sign-in, not by a signature") {
  CHECK_FALSE(must_be_signed("#server-to-user-1"));
  CHECK_FALSE(must_be_signed("cache-a"));
  CHECK(must_be_signed("private-encrypted-a"));
}

TEST_CASE("a ping is answered and not shown") {
  const auto reaction = PusherDialogue({}).take(R"({"event":"pusher:ping","data":"{}"})");
  CHECK(reaction.to_send == Lines{R"({"event":"pusher:pong","data":{}})"});
  CHECK_FALSE(reaction.to_show);
}

TEST_CASE("events are shown with channel, name and data, and cannot move the cursor") {
  CHECK(shown(R"({"event":"shipped","channel":"orders","data":"{\"id\":1}"})") == R"([orders] shipped {"id":1})");
  CHECK(shown(R"({"event":"client-a","channel":"presence-b","data":{"x":1},"user_id":"7"})") ==
        R"([presence-b] client-a (user 7) {"x":1})");
  CHECK(shown(R"({"event":"e","channel":"c","data":"a\nb\u001b[2J"})") == R"([c] e a\nb\x1b[2J)");
  CHECK(shown("not JSON\x1b") == "not JSON\\x1b");
  CHECK(shown(R"({"data":1})") == R"({"data":1})");
  CHECK(shown(R"({"event":1})") == R"({"event":1})");
}

TEST_CASE("with --json messages are shown as they come, pings among them") {
  PusherDialogue dialogue({.json = true});
  const std::string message = R"({"event":"e","channel":"c","data":{"x": 1.0}})";
  CHECK(dialogue.take(message).to_show == message);
  CHECK(dialogue.take(R"({"event":"pusher:ping"})").to_show == R"({"event":"pusher:ping"})");
}

TEST_CASE("input waits until the server has answered for each channel") {
  PusherDialogue dialogue({.channels = {"a", "b"}});
  CHECK_FALSE(dialogue.is_settled());
  dialogue.take(kEstablished);
  dialogue.take(succeeded("a"));
  CHECK_FALSE(dialogue.is_settled());
  dialogue.take(succeeded("b"));
  CHECK(dialogue.is_settled());
  CHECK_FALSE(dialogue.was_refused());
}

TEST_CASE("a refusal that is told in both forms counts for one channel") {
  PusherDialogue dialogue({.channels = {"private-a", "b"}, .keys = kOfficial});
  dialogue.take(kEstablished);
  dialogue.take(R"({"event":"pusher:subscription_error","channel":"private-a","data":{"status":401}})");
  dialogue.take(R"({"event":"pusher:error","data":{"code":null,"message":"Invalid signature"}})");
  CHECK_FALSE(dialogue.is_settled());
  CHECK(dialogue.was_refused());
  dialogue.take(succeeded("b"));
  CHECK(dialogue.is_settled());
}

TEST_CASE("a refusal that names no channel ends the waiting for all") {
  PusherDialogue dialogue({.channels = {"a", "b"}});
  dialogue.take(kEstablished);
  dialogue.take(R"({"event":"pusher:error","data":{"code":null,"message":"no"}})");
  CHECK(dialogue.is_settled());
  CHECK(dialogue.was_refused());
}

TEST_CASE("EVENT DATA goes to the only channel, with its data as it was typed") {
  const PusherPlan plan = {.channels = {"private-a"}};
  CHECK(typed(plan, R"(client-b {"x": 1.0})") == R"({"event":"client-b","channel":"private-a","data":{"x": 1.0}})");
  CHECK(typed(plan, "client-b some words\r") == R"({"event":"client-b","channel":"private-a","data":"some words"})");
  CHECK(typed(plan, " client-b ") == R"({"event":"client-b","channel":"private-a","data":{}})");
  CHECK(typed(plan, "  ").find("empty") != std::string::npos);
  CHECK(typed({.channels = {"a", "b"}}, "client-b 1").find("exactly one --channel") != std::string::npos);
}

TEST_CASE("a JSON object with an event is sent as it is") {
  CHECK(typed({}, R"( {"event":"pusher:ping","data": {}} )") == R"({"event":"pusher:ping","data": {}})");
  CHECK(typed({}, R"({"channel":"a"})").find("\"event\"") != std::string::npos);
  CHECK(typed({}, "{broken").find("\"event\"") != std::string::npos);
}
