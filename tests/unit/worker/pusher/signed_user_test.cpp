#include <doctest/doctest.h>

#include "worker/pusher/client_message.hpp"

namespace belfry::pusher {
namespace {

std::string member_fault(std::string_view text) {
  const Result<Member> member = parse_channel_data(text);
  return member ? "" : member.error().message;
}

std::string user_fault(std::string_view text) {
  const Result<User> user = parse_user_data(text);
  return user ? "" : user.error().message;
}

}  // namespace

TEST_CASE("a member is its id and what the application says about it, to the byte") {
  const auto is = [](std::string_view text, const Member& member) {
    return parse_channel_data(text).value() == member;
  };
  CHECK(is(R"({"user_id":"10","user_info":{"name":"A", "n" : 1.0}})", {"10", R"({"name":"A", "n" : 1.0})"}));
  CHECK(is(R"({"user_info":[1],"user_id":"\u00e4"})", {"\xc3\xa4", "[1]"}));
  CHECK(is(R"({"user_id":"10"})", {"10", "{}"}));
  CHECK(is(R"({"user_id":"10","user_info":null})", {"10", "null"}));
  CHECK(is(R"({"user_id":"10","user_info":"x"})", {"10", "\"x\""}));
  CHECK(is(R"({"user_id":"10","user_info":1e400})", {"10", "1e400"}));
}

TEST_CASE("a number names the user that its text names") {
  const auto id = [](std::string_view number) {
    return parse_channel_data(R"({"user_id": )" + std::string(number) + R"( ,"user_info":{"name":"Mr. Channels"}})")
        .value()
        .user_id;
  };
  CHECK(id("10") == "10");
  CHECK(id("0") == "0");
  CHECK(id("-7") == "-7");
  CHECK(id("18446744073709551615") == "18446744073709551615");
  CHECK(id("123456789012345678901234567890") == "123456789012345678901234567890");
}

TEST_CASE("channel_data that names no user says why") {
  CHECK(member_fault("") == "channel_data is empty");
  CHECK(member_fault("x") == "channel_data is not a JSON object");
  CHECK(member_fault("[]") == "channel_data is not a JSON object");
  CHECK(member_fault("{}") == "channel_data.user_id is missing");
  CHECK(member_fault(R"({"user_id":null})") == "channel_data.user_id is neither a string nor an integer");
  CHECK(member_fault(R"({"user_id":""})") == "channel_data.user_id is empty");
  CHECK(member_fault(R"({"user_id":"a\nb"})") == "channel_data.user_id holds a control character");
  CHECK(member_fault(R"({"user_id":1.5})") == "channel_data.user_id is neither a string nor an integer");
  for (const std::string_view id : {"1e3", "1e400", "true", "{}", "[1]"})
    CHECK(member_fault(R"({"user_id":)" + std::string(id) + "}") ==
          "channel_data.user_id is neither a string nor an integer");
  CHECK(member_fault(R"({"user_id":"1","user_id":"2"})") == "channel_data has the member user_id twice");
  CHECK_FALSE(member_fault(std::string(100'000, '[')).empty());
  CHECK_FALSE(member_fault("{\"user_id\":\"\xff\"}").empty());
  CHECK_FALSE(member_fault(R"({"user_id":"\ud800"})").empty());
  CHECK_FALSE(member_fault(R"({"user_id":"1","user_info":{"a":tru}})").empty());
}

TEST_CASE("a user is an id, what is said about it, and whom it watches") {
  const auto is = [](std::string_view text, const User& user) { return parse_user_data(text).value() == user; };
  CHECK(is(R"({"id":"12345"})", {"12345", "{}", {}}));
  CHECK(is(R"({"id":42,"user_info":{"a":1},"watchlist":["7",8,123456789012345678901234567890]})",
           {"42", R"({"a":1})", {"7", "8", "123456789012345678901234567890"}}));
  CHECK(is(R"({"id":"1","watchlist":null})", {"1", "{}", {}}));
  CHECK(is(R"({"id":"1","watchlist":[]})", {"1", "{}", {}}));
  CHECK(is(R"({"watchlist": [ "a,]" , "b" ] ,"id":"1"})", {"1", "{}", {"a,]", "b"}}));
}

TEST_CASE("user_data that names no user says why") {
  CHECK(user_fault("null") == "user_data is not a JSON object");
  CHECK(user_fault("{}") == "user_data.id is missing");
  CHECK(user_fault(R"({"id":""})") == "user_data.id is empty");
  CHECK(user_fault(R"({"id":[]})") == "user_data.id is neither a string nor an integer");
  CHECK(user_fault(R"({"id":"1","watchlist":{}})") == "user_data.watchlist is not an array");
  CHECK(user_fault(R"({"id":"1","watchlist":"2"})") == "user_data.watchlist is not an array");
  CHECK(user_fault(R"({"id":"1","watchlist":[""]})") == "an entry of user_data.watchlist is empty");
  CHECK(user_fault(R"({"id":"1","watchlist":["2",null]})") ==
        "an entry of user_data.watchlist is neither a string nor an integer");
}

TEST_CASE("documents that are cut anywhere are refused") {
  const std::string member = R"({"user_id":10,"user_info":{"name":"Mr. Channels"}})";
  for (std::size_t size = 0; size < member.size(); ++size) CHECK_FALSE(member_fault(member.substr(0, size)).empty());
  const std::string user = R"({"id":"42","user_info":{},"watchlist":["7","8"]})";
  for (std::size_t size = 0; size < user.size(); ++size) CHECK_FALSE(user_fault(user.substr(0, size)).empty());
}

TEST_CASE("a long watchlist of numbers is read in one pass") {
  std::string text = R"({"id":"1","watchlist":[1)";
  for (int i = 0; i < 100'000; ++i) text += ",123456789";
  CHECK(parse_user_data(text + "]}").value().watchlist.size() == 100'001);
}

}  // namespace belfry::pusher
