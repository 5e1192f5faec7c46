#include "worker/raw/own_messages.hpp"

#include <doctest/doctest.h>

namespace belfry::raw {

TEST_CASE("own messages are recognised in their order, others are not") {
  OwnMessages messages;
  messages.sent(1, "a");
  messages.sent(2, "b");
  CHECK(messages.came_back("foreign") == std::nullopt);
  CHECK(messages.came_back("a") == 1);
  CHECK(messages.came_back("b") == 2);
  CHECK(messages.came_back("b") == std::nullopt);
}

TEST_CASE("the same text of two senders is taken off once each") {
  OwnMessages messages;
  messages.sent(1, "same");
  messages.sent(2, "same");
  CHECK(messages.came_back("same") == 1);
  CHECK(messages.came_back("same") == 2);
}

TEST_CASE("a message that was not published is not waited for") {
  OwnMessages messages;
  const auto lost = messages.sent(1, "a");
  messages.sent(2, "b");
  messages.not_published(lost);
  CHECK(messages.came_back("b") == 2);
}

TEST_CASE("a doubtful message may come back or not") {
  OwnMessages messages;
  messages.doubtful(messages.sent(1, "a"));
  messages.sent(2, "b");
  CHECK(messages.came_back("a") == 1);
  messages.doubtful(messages.sent(3, "c"));
  CHECK(messages.came_back("b") == 2);
  messages.sent(4, "d");
  CHECK(messages.came_back("d") == 4);
  CHECK(messages.came_back("c") == std::nullopt);
}

}  // namespace belfry::raw
