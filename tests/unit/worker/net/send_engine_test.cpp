#include "worker/net/send_engine.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "common/unique_fd.hpp"
#include "worker/net/ring_engine.hpp"

namespace belfry::net {
namespace {

// Socket pairs with something to send, and what comes out of them.
struct Batch {
  void add(const std::vector<std::string>& texts) {
    std::array<int, 2> pair;
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair.data()) == 0);
    ours.emplace_back(pair[0]);
    theirs.emplace_back(pair[1]);
    kept.push_back(texts);
    std::vector<iovec>& vectors = parts.emplace_back();
    Outgoing& outgoing = batch.emplace_back();
    for (std::string& text : kept.back()) {
      vectors.push_back({text.data(), text.size()});
      outgoing.bytes += text.size();
    }
    outgoing.fd = pair[0];
    outgoing.parts = vectors;
  }

  std::string received(std::size_t i) const {
    std::string all(8 * 1024 * 1024, '\0');
    const ssize_t got = ::read(theirs[i].get(), all.data(), all.size());
    all.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return all;
  }

  std::deque<std::vector<std::string>> kept;
  std::deque<std::vector<iovec>> parts;
  std::vector<UniqueFd> ours, theirs;
  std::vector<Outgoing> batch;
};

// The ring, where this machine has it, and the portable engine.
std::vector<std::unique_ptr<SendEngine>> engines() {
  std::vector<std::unique_ptr<SendEngine>> all;
  all.push_back(std::make_unique<SendmsgEngine>());
  if (probe_ring()) {
    auto ring = RingEngine::make();
    REQUIRE(ring);
    all.push_back(std::move(*ring));
  } else {
    MESSAGE("this machine has no io_uring: only the portable engine is tried");
  }
  return all;
}

TEST_CASE("each connection of a batch gets its parts, in order") {
  for (const auto& engine : engines()) {
    for (const std::size_t size : {1, 3, 4, 255, 256, 257, 300}) {
      Batch batch;
      for (std::size_t i = 0; i < size; ++i) {
        if (i % 2 == 0) batch.add({std::to_string(i)});
        else batch.add({std::to_string(i), " and ", std::string(i, 'x')});
      }
      engine->send(batch.batch);
      for (std::size_t i = 0; i < size; ++i) {
        CHECK(batch.batch[i].result == static_cast<ssize_t>(batch.batch[i].bytes));
        CHECK(batch.received(i) ==
              (i % 2 == 0 ? std::to_string(i) : std::to_string(i) + " and " + std::string(i, 'x')));
      }
    }
  }
}

TEST_CASE("what a full socket has taken of one message or of several is told, and the others are sent") {
  const std::string large(4 * 1024 * 1024, 'x');
  for (const auto& engine : engines()) {
    Batch batch;
    batch.add({"before"});
    batch.add({large});
    batch.add({"a", large, "z"});
    batch.add({"behind"});
    batch.add({"last"});
    engine->send(batch.batch);
    for (const std::size_t full : {1, 2}) {
      const ssize_t taken = batch.batch[full].result;
      CHECK(taken > 0);
      CHECK(taken < static_cast<ssize_t>(batch.batch[full].bytes));
      CHECK(batch.received(full).size() == static_cast<std::size_t>(taken));
    }
    CHECK(batch.received(0) == "before");
    CHECK(batch.received(3) == "behind");
    CHECK(batch.received(4) == "last");
  }
}

TEST_CASE("a socket without room says EAGAIN, a gone peer EPIPE, a bad descriptor EBADF, each alone") {
  const std::string large(4 * 1024 * 1024, 'x');
  for (const auto& engine : engines()) {
    Batch batch;
    for (int i = 0; i < 6; ++i) batch.add({i == 1 ? large : "text"});
    const Outgoing again = batch.batch[1];
    batch.theirs[2].reset();
    batch.batch[4].fd = 1'000'000;
    engine->send(batch.batch);
    CHECK(batch.batch[2].result == -EPIPE);
    CHECK(batch.batch[4].result == -EBADF);
    for (const std::size_t fine : {0, 3, 5}) CHECK(batch.received(fine) == "text");
    std::vector<Outgoing> full(5, again);
    engine->send(full);
    for (const Outgoing& outgoing : full) CHECK(outgoing.result == -EAGAIN);
  }
}

}  // namespace
}  // namespace belfry::net
