#include "worker/net/out_queue.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

namespace belfry::net {
namespace {

std::string front(const OutQueue& queue) {
  std::array<iovec, 64> parts;
  const std::size_t count = queue.gather(parts);
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text.append(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
  return text;
}

}  // namespace

TEST_CASE("bytes leave in order, over any partial writes") {
  OutQueue queue;
  std::string expected;
  for (int i = 0; i < 50; ++i) {
    expected += "message " + std::to_string(i) + ";";
    queue.push(SharedBytes::copy_of("message " + std::to_string(i) + ";"), 1, 1);
  }
  while (!queue.empty()) {
    CHECK(front(queue) == expected);
    const std::size_t written = std::min<std::size_t>(7, expected.size());
    queue.consume(written);
    expected.erase(0, written);
  }
  CHECK(expected.empty());
}

TEST_CASE("only what waits behind the message being written counts") {
  OutQueue queue;
  queue.push(SharedBytes::copy_of("0123456789"), 1, 5);
  CHECK(queue.waiting_bytes() == 0);
  CHECK(queue.oldest_waiting() == kNever);
  queue.push(SharedBytes::copy_of("abc"), 1, 7);
  queue.push(SharedBytes::copy_of("de"), 1, 9);
  CHECK(queue.waiting_bytes() == 5);
  CHECK(queue.oldest_waiting() == 7);
  queue.consume(10);
  CHECK(queue.waiting_bytes() == 2);
  CHECK(queue.oldest_waiting() == 9);
}

TEST_CASE("dropping what waits keeps the message being written") {
  OutQueue queue;
  queue.push(SharedBytes::copy_of("half"), 1, 1);
  queue.push(SharedBytes::copy_of("dropped"), 1, 1);
  queue.push(SharedBytes::copy_of("three more"), 3, 1);
  queue.consume(2);
  CHECK(queue.drop_waiting() == 4);
  CHECK(front(queue) == "lf");
  CHECK(queue.waiting_bytes() == 0);
}

TEST_CASE("a long queue gives its written part back and stays right") {
  OutQueue queue;
  std::size_t pushed = 0, written = 0;
  for (int round = 0; round < 1000; ++round) {
    for (int i = 0; i < 3; ++i) queue.push(SharedBytes::copy_of(std::to_string(pushed++ % 10)), 1, 1);
    queue.consume(2);
    written += 2;
    CHECK(front(queue).front() == static_cast<char>('0' + written % 10));
  }
  CHECK(queue.waiting_bytes() == pushed - written - 1);
}

}  // namespace belfry::net
