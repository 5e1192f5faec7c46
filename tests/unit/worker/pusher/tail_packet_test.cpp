#include "worker/pusher/tail_packet.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace belfry::pusher {
namespace {

TEST_CASE("a packet says what applies and nothing else") {
  CHECK(tail_packet({.kind = kConnected, .session = ws::SessionId{1, 2}}, 5, 3, true) ==
        R"({"time_ms":5,"worker":3,"kind":"connected","socket_id":"1.2"})");
  CHECK(tail_packet({.kind = kConnected, .client = *parse_ip_address("::1")}, 5, 3, true) ==
        R"({"time_ms":5,"worker":3,"kind":"connected","client":"::1"})");
  CHECK(tail_packet({.kind = kRefused, .channel = "a", .event = "e", .user = "u", .reason = "why", .code = 401}, 5, 0,
                    false) ==
        R"({"time_ms":5,"worker":0,"kind":"refused","channel":"a","event":"e","user":"u","reason":"why","code":401})");
  CHECK(dropped_packet(7, 5, 1) == R"({"time_ms":5,"worker":1,"kind":"dropped","count":7})");
}

TEST_CASE("a payload is told only where it is wanted, its size always") {
  const Happening event = {.kind = kApiEvent, .payload = "\"x\"\n"};
  CHECK(tail_packet(event, 5, 0, false) == R"({"time_ms":5,"worker":0,"kind":"api_event","size":4})");
  CHECK(tail_packet(event, 5, 0, true) ==
        R"({"time_ms":5,"worker":0,"kind":"api_event","size":4,"payload":"\"x\"\n"})");
  CHECK(tail_packet({.kind = kApiEvent, .payload = ""}, 5, 0, true) ==
        R"({"time_ms":5,"worker":0,"kind":"api_event","size":0,"payload":""})");
}

TEST_CASE("long texts are cut, to whole characters, so that every packet fits") {
  std::string snowmen = "x";
  while (snowmen.size() < 1'000'000) snowmen += "\u2603";
  const std::string controls(1'000'000, '\x01');
  for (const std::string& text : {snowmen, controls}) {
    const std::string packet = tail_packet(
        {.kind = kRefused, .channel = text, .event = text, .payload = text, .user = text, .reason = text}, 5, 0, true);
    CHECK(packet.size() < kMaxTailPacket);
    const auto json = nlohmann::json::parse(packet);  // throws where a character was cut in two
    CHECK(json["size"] == text.size());
    CHECK(json["payload"].get<std::string>().size() > 16'000);
    CHECK(text.starts_with(json["reason"].get<std::string>()));
  }
}

}  // namespace
}  // namespace belfry::pusher
