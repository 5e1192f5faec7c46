#include "worker/pusher/channel_name.hpp"

#include <doctest/doctest.h>

namespace belfry::pusher {

TEST_CASE("the kind of a channel follows from its anchored prefix") {
  const auto is = [](std::string_view channel, ChannelKind kind) { return kind_of(channel) == kind; };
  CHECK(is("orders", {}));
  CHECK(is("cache-orders", {.cached = true}));
  CHECK(is("private-orders", {.authenticated = true}));
  CHECK(is("private-cache-orders", {.authenticated = true, .cached = true}));
  CHECK(is("private-encrypted-orders", {.authenticated = true, .encrypted = true}));
  CHECK(is("private-encrypted-cache-orders", {.authenticated = true, .encrypted = true, .cached = true}));
  CHECK(is("presence-orders", {.authenticated = true, .presence = true}));
  CHECK(is("presence-cache-orders", {.authenticated = true, .presence = true, .cached = true}));
  CHECK(is("#server-to-user-42", {.authenticated = true, .to_user = true}));
}

TEST_CASE("prefixes count only where they stand, whole and in their case") {
  CHECK(kind_of("my-private-orders") == ChannelKind{});
  CHECK(kind_of("private") == ChannelKind{});
  CHECK(kind_of("Private-orders") == ChannelKind{});
  CHECK(kind_of("encrypted-orders") == ChannelKind{});
  CHECK(kind_of("") == ChannelKind{});
  CHECK(kind_of("private-cached").cached == false);
  CHECK(kind_of("private-my-cache-orders").cached == false);
  CHECK(kind_of("private-cache-encrypted-orders").encrypted == false);
  CHECK(kind_of("presence-encrypted-orders").encrypted == false);
  CHECK(kind_of("private-presence-orders").presence == false);
  CHECK(kind_of("private-") == ChannelKind{.authenticated = true});
}

TEST_CASE("client events belong to private and presence channels that are not encrypted") {
  for (const std::string_view yes : {"private-a", "private-cache-a", "presence-a", "presence-cache-a"})
    CHECK(kind_of(yes).takes_client_events());
  for (const std::string_view no : {"a", "cache-a", "private-encrypted-a", "private-encrypted-cache-a"})
    CHECK_FALSE(kind_of(no).takes_client_events());
  CHECK_FALSE(kind_of("#server-to-user-private-a").takes_client_events());
}

TEST_CASE("a user's channel names its user") {
  CHECK(user_of("#server-to-user-42") == "42");
  CHECK(user_of("#server-to-user-#server-to-user-a b") == "#server-to-user-a b");
  CHECK(user_of("#server-to-user-").empty());
  CHECK(user_of("server-to-user-42").empty());
  CHECK(user_of("private-42").empty());
}

TEST_CASE("names of channels") {
  const auto good = [](std::string_view channel) { return !channel_name_fault(channel, 200); };
  CHECK(good("a"));
  CHECK(good("private-App.Models.User_1-=@,.;Z9"));
  CHECK(good("#server-to-user-42"));
  CHECK(good("#server-to-user-J\xc3\xbcrgen M. / <x>"));
  CHECK_FALSE(good(""));
  CHECK_FALSE(good("#server-to-user-"));
  CHECK_FALSE(good("#server-to-user-a\nb"));
  CHECK_FALSE(good("#server-to-user-\xff"));
  CHECK_FALSE(good("#private-a"));
  CHECK_FALSE(good(std::string_view("a\0b", 3)));
  for (const char c : std::string_view(" #/\\:!*?%&+'\"()[]{}<>|~^`$\x7f\x80\xff\n\t"))
    CHECK_FALSE(good(std::string("orders") + c));
}

TEST_CASE("lengths are counted in characters and 0 is no limit") {
  CHECK_FALSE(channel_name_fault(std::string(200, 'a'), 200));
  CHECK(channel_name_fault(std::string(201, 'a'), 200).value() == "channel name has 201 characters, the limit is 200");
  CHECK_FALSE(channel_name_fault(std::string(100'000, 'a'), 0));
  CHECK_FALSE(event_name_fault("\xc3\xa4\xc3\xb6\xc3\xbc", 3));
  CHECK(event_name_fault("\xc3\xa4\xc3\xb6\xc3\xbc", 2));
  CHECK(event_name_fault(std::string(201, 'a'), 200).value() == "event name has 201 characters, the limit is 200");
}

TEST_CASE("any text without control characters is the name of an event") {
  for (const std::string_view good : {"App\\Events\\OrderShipped", "order shipped", "client-typing", "\xe2\x82\xac"})
    CHECK_FALSE(event_name_fault(good, 200));
  for (const std::string_view bad : {"", "a\nb", "a\x7f", "\xff", "\xed\xa0\x80"}) CHECK(event_name_fault(bad, 200));
}

}  // namespace belfry::pusher
