#include "worker/pusher/server_events.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

namespace belfry::pusher {
namespace {

using Json = nlohmann::json;

// Every byte below 0x80, a few characters above, and runs around the eight bytes that are looked at together.
std::string awkward() {
  std::string text;
  for (int byte = 0; byte < 128; ++byte) text += static_cast<char>(byte);
  text += "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\xe2\x80\xa8 \\u0041 </script> \"\"\\\\";
  return text;
}

Json data_of(const std::string& event) { return Json::parse(Json::parse(event)["data"].get<std::string>()); }

std::string snapshot(std::string_view channel, const std::vector<Member>& members) {
  PresenceSnapshot snapshot;
  for (const Member& member : members) snapshot.add(member.user_id, member.user_info_json);
  return snapshot.text(channel);
}

}  // namespace

TEST_CASE("the events are those of the protocol to the byte") {
  CHECK(connection_established("123.456", 120) ==
        R"({"event":"pusher:connection_established","data":"{\"socket_id\":\"123.456\",\"activity_timeout\":120}"})");
  CHECK(error("no such app", 4001) == R"({"event":"pusher:error","data":{"message":"no such app","code":4001}})");
  CHECK(error("\"x\"", std::nullopt) == R"({"event":"pusher:error","data":{"message":"\"x\"","code":null}})");
  CHECK(ping() == R"({"event":"pusher:ping","data":"{}"})");
  CHECK(pong() == R"({"event":"pusher:pong","data":"{}"})");
  CHECK(subscription_succeeded("orders") ==
        R"({"event":"pusher_internal:subscription_succeeded","channel":"orders","data":"{}"})");
  CHECK(subscription_error("private-a", "AuthError", "The \"key\"", 401) ==
        R"({"event":"pusher:subscription_error","channel":"private-a",)"
        R"("data":{"type":"AuthError","error":"The \"key\"","status":401}})");
  CHECK(subscription_count("orders", 7) ==
        R"({"event":"pusher_internal:subscription_count","channel":"orders","data":"{\"subscription_count\":7}"})");
  CHECK(cache_miss("cache-x") == R"({"event":"pusher:cache_miss","channel":"cache-x","data":"{}"})");
  CHECK(signin_success(R"({"id":"42"})") ==
        R"({"event":"pusher:signin_success","data":"{\"user_data\":\"{\\\"id\\\":\\\"42\\\"}\"}"})");
  CHECK(channel_event("OrderShipped", "orders", R"({"id":1})") ==
        R"({"event":"OrderShipped","channel":"orders","data":"{\"id\":1}"})");
}

TEST_CASE("members come and go to the byte") {
  CHECK(member_added("presence-room", {"12", "{}"}) ==
        R"({"event":"pusher_internal:member_added","channel":"presence-room",)"
        R"("data":"{\"user_id\":\"12\",\"user_info\":{}}"})");
  CHECK(member_removed("presence-room", "12") ==
        R"({"event":"pusher_internal:member_removed","channel":"presence-room","data":"{\"user_id\":\"12\"}"})");
  const std::vector<Member> members = {{"11", R"({"name":"A"})"}, {"12", "{}"}};
  CHECK(snapshot("presence-room", members) ==
        R"({"event":"pusher_internal:subscription_succeeded","channel":"presence-room","data":"{\"presence\":)"
        R"({\"ids\":[\"11\",\"12\"],\"hash\":{\"11\":{\"name\":\"A\"},\"12\":{}},\"count\":2}}"})");
  CHECK(data_of(snapshot("presence-room", {})).dump() == R"({"presence":{"count":0,"hash":{},"ids":[]}})");
}

TEST_CASE("a watchlist has an event for each list that is not empty") {
  const std::vector<std::string> seven = {"7"}, eight_nine = {"8", "9\""};
  CHECK(
      watchlist_events(seven, eight_nine) ==
      R"({"event":"pusher_internal:watchlist_events","data":"{\"events\":[{\"name\":\"online\",\"user_ids\":[\"7\"]},)"
      R"({\"name\":\"offline\",\"user_ids\":[\"8\",\"9\\\"\"]}]}"})");
  CHECK(data_of(watchlist_events(seven, {})).dump() == R"({"events":[{"name":"online","user_ids":["7"]}]})");
  CHECK(data_of(watchlist_events({}, seven)).dump() == R"({"events":[{"name":"offline","user_ids":["7"]}]})");
}

TEST_CASE("the data of a client event stays in its form and user_id comes where it is known") {
  CHECK(client_event("client-typing", "presence-room", R"({ "user" : 1 })", "12") ==
        R"({"event":"client-typing","channel":"presence-room","data":{ "user" : 1 },"user_id":"12"})");
  CHECK(client_event("client-typing", "private-a", R"("{\"a\":1}")", std::nullopt) ==
        R"({"event":"client-typing","channel":"private-a","data":"{\"a\":1}"})");
}

TEST_CASE("whatever text goes in comes out of another parser") {
  const std::string text = awkward();
  const Json event = Json::parse(channel_event(text, text, text));
  CHECK(event["event"] == text);
  CHECK(event["channel"] == text);
  CHECK(event["data"] == text);
  CHECK(Json::parse(error(text, 4301))["data"]["message"] == text);
  CHECK(Json::parse(subscription_error(text, text, text, 1))["data"]["error"] == text);
  CHECK(data_of(signin_success(text))["user_data"] == text);
  CHECK(data_of(member_removed(text, text))["user_id"] == text);
  CHECK(data_of(connection_established(text, 1))["socket_id"] == text);
  const std::vector<Member> members = {{text, json_string(text)}};
  const Json presence = data_of(snapshot(text, members))["presence"];
  CHECK(presence["ids"][0] == text);
  CHECK(presence["hash"][text] == text);
  CHECK(data_of(member_added(text, members[0]))["user_info"] == text);
}

TEST_CASE("an escape is found at every place of a word") {
  for (const std::string_view special : {"\"", "\\", "\n", "\x1f", "\x01"}) {
    for (std::size_t size = 0; size < 20; ++size) {
      for (std::size_t at = 0; at <= size; ++at) {
        std::string text(size, '\x7f');
        text.insert(at, special);
        text += "\xc3\xbf";
        CHECK(Json::parse(json_string(text)) == text);
      }
    }
  }
  CHECK(json_string("") == "\"\"");
  CHECK(json_string("\b\f\n\r\t\v/\x7f") == "\"\\b\\f\\n\\r\\t\\u000b/\x7f\"");
}

}  // namespace belfry::pusher
