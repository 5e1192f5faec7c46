#include "worker/pusher/client_message.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

namespace belfry::pusher {
namespace {

// What was understood, as one line; for Malformed the reason behind a '!'.
std::string line(const ClientMessage& message) {
  struct {
    std::string operator()(const Subscribe& m) const {
      return "subscribe " + std::string(m.channel) + " [" + std::string(m.auth) + "] " +
             (m.channel_data ? std::string(*m.channel_data) : "none");
    }
    std::string operator()(const Unsubscribe& m) const { return "unsubscribe " + std::string(m.channel); }
    std::string operator()(const Ping&) const { return "ping"; }
    std::string operator()(const Pong&) const { return "pong"; }
    std::string operator()(const SignIn& m) const {
      return "signin " + std::string(m.auth) + " " + std::string(m.user_data);
    }
    std::string operator()(const ClientEvent& m) const {
      return std::string(m.event) + " " + std::string(m.channel) + " " + std::string(m.data);
    }
    std::string operator()(const Malformed& m) const { return "!" + m.reason; }
  } const visitor;
  return std::visit(visitor, message);
}

std::string parsed(std::string_view text) {
  ClientMessageParser parser;
  return line(parser.parse(text));
}

bool malformed(std::string_view text) { return parsed(text).starts_with("!"); }

std::string nested(std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); }

std::string client_event(std::string_view data) {
  return R"({"event":"client-typing","channel":"private-a","data":)" + std::string(data) + "}";
}

const std::vector<std::string> kGood = {
    R"({"event":"pusher:subscribe","data":{"channel":"orders","auth":""}})",
    R"({"event":"pusher:subscribe","data":{"auth":"KEY:HEX","channel_data":"{\"user_id\":\"10\",\"user_info\":{\"name\":\"A\"}}","channel":"presence-room"}})",
    R"({"event":"pusher:unsubscribe","data":{"channel":"orders"}})",
    R"({"event":"pusher:ping","data":{}})",
    R"({"event":"pusher:signin","data":{"auth":"KEY:HEX","user_data":"{\"id\":\"42\",\"user_info\":{},\"watchlist\":[\"7\",\"8\"]}"}})",
    R"({"event":"client-typing","channel":"private-orders.1","data":{"user":1,"a":[1,2.5e3,"\u20ac\ud83d\ude00",null,true]}})",
    R"({"event":"pusher:subscribe","data":"{\"channel\":\"orders\"}"})",
};

}  // namespace

TEST_CASE("each message of the protocol is understood") {
  CHECK(parsed(kGood[0]) == "subscribe orders [] none");
  CHECK(parsed(kGood[1]) == R"(subscribe presence-room [KEY:HEX] {"user_id":"10","user_info":{"name":"A"}})");
  CHECK(parsed(kGood[2]) == "unsubscribe orders");
  CHECK(parsed(kGood[3]) == "ping");
  CHECK(parsed(R"({"event":"pusher:pong","data":{}})") == "pong");
  CHECK(parsed(kGood[4]) == R"(signin KEY:HEX {"id":"42","user_info":{},"watchlist":["7","8"]})");
  CHECK(parsed(kGood[5]) ==
        R"(client-typing private-orders.1 {"user":1,"a":[1,2.5e3,"\u20ac\ud83d\ude00",null,true]})");
}

TEST_CASE("old clients send data as a string that holds the object") {
  CHECK(parsed(kGood[6]) == "subscribe orders [] none");
  CHECK(parsed(R"({"event":"pusher:signin","data":"{\"auth\":\"K:H\",\"user_data\":\"{}\"}"})") == "signin K:H {}");
  CHECK(parsed(R"({"event":"pusher:subscribe","data":"orders"})") == "!pusher:subscribe: data is not a JSON object");
  CHECK(parsed(R"({"event":"pusher:subscribe","data":""})") == "!pusher:subscribe: data is empty");
  CHECK(parsed(R"({"event":"pusher:subscribe","data":"\"{}\""})") == "!pusher:subscribe: data is not a JSON object");
}

TEST_CASE("what may be absent may be null too") {
  CHECK(parsed(R"({"event":"pusher:subscribe","data":{"channel":"a"}})") == "subscribe a [] none");
  CHECK(parsed(R"({"event":"pusher:subscribe","data":{"channel":"a","auth":null,"channel_data":null}})") ==
        "subscribe a [] none");
  CHECK(parsed(R"({"event":"pusher:subscribe","data":{"channel":"a","channel_data":""}})") == "subscribe a [] ");
  CHECK(parsed(R"({"event":"pusher:ping"})") == "ping");
  CHECK(parsed(R"({"event":"pusher:ping","data":null})") == "ping");
  CHECK(parsed(R"({"event":"pusher:ping","data":"{}"})") == "ping");
}

TEST_CASE("members that nobody knows are passed over") {
  CHECK(parsed(R"({"x":[{}],"event":"pusher:unsubscribe","y":{"event":"z"},"data":{"n":1,"channel":"a"}})") ==
        "unsubscribe a");
}

TEST_CASE("escapes in names and values are read") {
  CHECK(parsed(R"({"\u0065vent":"pusher\u003aunsubscribe","data":{"ch\u0061nnel":"\u00e4\n\u0000b"}})") ==
        std::string("unsubscribe \xc3\xa4\n\0b", 17));
}

TEST_CASE("the data of a client event is the sender's text, to the byte") {
  const auto data = [](std::string_view json) {
    return parsed(client_event(json)).substr(std::string_view("client-typing private-a ").size());
  };
  for (const std::string_view json :
       {"null", "true", "1.50", "-0", "1E+2", R"("a string")", R"("\u0041\/\"}")", "{}", "[ ]",
        R"({ "a" : [ 1 ,2 ] , "b":"}]," })", R"({"a":1,"a":2})", R"(["\\",{"\\\"":"\\"}])", "\"\xe2\x82\xac\""})
    CHECK(data(json) == json);
  CHECK(data(" \t\r\n{ } \n") == "{ }");
  CHECK(parsed(R"({"data" : {"z":1} ,"channel":"private-a","other":[1,2],"event":"client-typing"})") ==
        R"(client-typing private-a {"z":1})");
  CHECK(parsed(R"({"a,:\"":"}","b":{"data":1},"event":"client-typing","channel":"private-a","d\u0061ta":3})") ==
        "client-typing private-a 3");
  CHECK(parsed(R"({"event":"client-typing","channel":"private-a"})") == "client-typing private-a null");
}

TEST_CASE("numbers that no machine type holds are JSON all the same") {
  for (const std::string_view number :
       {"100000000000000000000", "-9223372036854775809", "1e400", "-1.5E+9999", "18446744073709551616"}) {
    const std::string json = R"({"n":[)" + std::string(number) + R"(,"1e400"],"s":"\"1e400"})";
    CHECK(parsed(client_event(json)) == "client-typing private-a " + json);
  }
  for (const std::string_view number : {"1e400x", "01e400", "1e", "1.", "-", ".5", "+1", "1e400 1", "0x10", "NaN",
                                        "Infinity", "1e400e400", "1.5.5", "--1", "1-1"})
    CHECK(malformed(client_event(number)));
}

TEST_CASE("a message that lacks something says what") {
  CHECK(parsed(R"({"data":{}})") == "!event is missing");
  CHECK(parsed(R"({"event":null})") == "!event is missing");
  CHECK(parsed(R"({"event":1})") == "!event is not a string");
  CHECK(parsed(R"({"event":"pusher:subscribe"})") == "!pusher:subscribe: data is missing");
  CHECK(parsed(R"({"event":"pusher:subscribe","data":null})") == "!pusher:subscribe: data is missing");
  CHECK(parsed(R"({"event":"pusher:subscribe","data":[]})") == "!pusher:subscribe: data is not a JSON object");
  CHECK(parsed(R"({"event":"pusher:subscribe","data":{}})") == "!pusher:subscribe: data.channel is missing");
  CHECK(parsed(R"({"event":"pusher:subscribe","data":{"channel":1}})") ==
        "!pusher:subscribe: data.channel is not a string");
  CHECK(parsed(R"({"event":"pusher:subscribe","data":{"channel":"a","auth":{}}})") ==
        "!pusher:subscribe: data.auth is not a string");
  CHECK(parsed(R"({"event":"pusher:subscribe","data":{"channel":"a","channel_data":{"user_id":1}}})") ==
        "!pusher:subscribe: data.channel_data is not a string");
  CHECK(parsed(R"({"event":"pusher:unsubscribe","data":{}})") == "!pusher:unsubscribe: data.channel is missing");
  CHECK(parsed(R"({"event":"pusher:signin","data":{"auth":"a"}})") == "!pusher:signin: data.user_data is missing");
  CHECK(parsed(R"({"event":"pusher:signin","data":{"user_data":"a"}})") == "!pusher:signin: data.auth is missing");
  CHECK(parsed(R"({"event":"client-a"})") == "!a client event must name its channel: channel is missing");
  CHECK(parsed(R"({"event":"client-a","channel":7})") ==
        "!a client event must name its channel: channel is not a string");
}

TEST_CASE("unknown events are told by name, not longer than a line") {
  CHECK(parsed(R"({"event":"order","channel":"a","data":{}})") == "!unknown event order");
  CHECK(parsed(R"({"event":""})") == "!unknown event ");
  CHECK(parsed(R"({"event":"pusher_internal:member_added"})") == "!unknown event pusher_internal:member_added");
  std::string euros;
  for (int i = 0; i < 1000; ++i) euros += "\xe2\x82\xac";
  CHECK(parsed(R"({"event":")" + euros + "\"}") == "!unknown event " + euros.substr(0, 99) + "...");
}

TEST_CASE("a known member that comes twice is refused, also when one of them is escaped") {
  CHECK(parsed(R"({"event":"pusher:ping","event":"pusher:pong"})") == "!message has the member event twice");
  CHECK(parsed(R"({"event":"client-a","channel":"private-a","data":1,"d\u0061ta":2})") ==
        "!message has the member data twice");
  CHECK(parsed(R"({"event":"pusher:subscribe","data":{"channel":"a","channel":"private-b"}})") ==
        "!pusher:subscribe: data has the member channel twice");
  CHECK(parsed(R"({"event":"pusher:subscribe","data":{"channel":"a","auth":null,"auth":"x"}})") ==
        "!pusher:subscribe: data has the member auth twice");
}

TEST_CASE("what is not JSON is told apart") {
  CHECK(parsed("") == "!message is empty");
  CHECK(parsed(" \n") == "!message is empty");
  CHECK(parsed("hello") == "!message is not a JSON object");
  CHECK(parsed("[]") == "!message is not a JSON object");
  CHECK(parsed("\"pusher:ping\"") == "!message is not a JSON object");
  CHECK(parsed("\xef\xbb\xbf{\"event\":\"pusher:ping\"}") == "!message is not JSON: it begins with a byte order mark");
  CHECK(malformed("{\"event\":\"pusher:ping\"} x"));
  CHECK(malformed("{\"event\":\"pusher:ping\"}{}"));
  CHECK(malformed(std::string_view("{\"event\":\"pusher:ping\"}\0", 24)));
  CHECK(malformed("{\"event\":\"pusher:ping\",}"));
  CHECK(malformed("{'event':'pusher:ping'}"));
  CHECK(malformed("{\"event\":\"pusher:ping\"/**/}"));
}

TEST_CASE("the data of a client event is checked to its last byte") {
  for (const std::string_view json :
       {"tru",      "{\"a\":tru,,}",    "012",          "[1 2]",     "[1,]",        "{\"a\"}",     "{\"a\":}",
        "{1:2}",    "\"\x01\"",         "\"\\x\"",      "\"\\u12\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"",
        "\"\xff\"", "\"\xed\xa0\x80\"", "\"\xc0\x80\"", "[}",        "nulll",       "{\"a\":\"b}", "]",
        "}"})
    CHECK(malformed(client_event(json)));
  CHECK(parsed("{\"event\":\"\xff\"}") == "!message is not valid UTF-8");
}

TEST_CASE("32 levels are read and no more") {
  CHECK_FALSE(malformed(client_event(nested(31))));
  CHECK(parsed(client_event(nested(32))) == "!message is nested deeper than 32 levels");
  CHECK(malformed(client_event(nested(500'000))));
  CHECK(malformed(std::string(1'000'000, '[')));
  CHECK(malformed(std::string(1'000'000, '{')));
  const std::string inner = R"({"event":"pusher:subscribe","data":"{\"channel\":\"a\",\"x\":)";
  CHECK_FALSE(malformed(inner + nested(31) + "}\"}"));
  CHECK(malformed(inner + nested(32) + "}\"}"));
}

TEST_CASE("a message that is cut anywhere is refused") {
  ClientMessageParser parser;
  for (const std::string& good : kGood) {
    for (std::size_t size = 0; size < good.size(); ++size) {
      const std::string cut = good.substr(0, size);
      CHECK(std::holds_alternative<Malformed>(parser.parse(cut)));
    }
    CHECK_FALSE(std::holds_alternative<Malformed>(parser.parse(good)));
  }
}

TEST_CASE("whatever byte is changed, what is passed on is JSON") {
  ClientMessageParser parser;
  for (std::size_t i = 0; i < kGood[5].size(); ++i) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text = kGood[5];
      text[i] = static_cast<char>(byte);
      const ClientMessage message = parser.parse(text);
      if (const auto* event = std::get_if<ClientEvent>(&message)) REQUIRE(nlohmann::json::accept(event->data));
    }
  }
}

TEST_CASE("large messages are read whole and small ones after them") {
  ClientMessageParser parser;
  const std::string data = "\"" + std::string(1'000'000, 'x') + "\"";
  const std::string text = client_event(data);
  CHECK(std::get<ClientEvent>(parser.parse(text)).data == data);
  CHECK(line(parser.parse(kGood[2])) == "unsubscribe orders");
  std::string many = "[0";
  for (int i = 0; i < 300'000; ++i) many += ",{}";
  const std::string objects = client_event(many + "]");
  CHECK(std::get<ClientEvent>(parser.parse(objects)).data == many + "]");
}

TEST_CASE("views stay good until the next message") {
  ClientMessageParser parser;
  const std::string text =
      R"({"event":"pusher:subscribe","data":"{\"channel\":\"a\",\"auth\":\"b\",\"channel_data\":\"c\"}"})";
  const ClientMessage message = parser.parse(text);
  CHECK(line(message) == "subscribe a [b] c");
}

}  // namespace belfry::pusher
