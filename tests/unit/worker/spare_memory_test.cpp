#include "worker/spare_memory.hpp"

#include <doctest/doctest.h>

namespace belfry::worker {
namespace {

constexpr std::size_t kMega = 1024 * 1024;

TEST_CASE("what was spare for five seconds is given back, once") {
  SpareMemory memory;
  for (int second = 0; second < 4; ++second) CHECK_FALSE(memory.is_to_give_back(10 * kMega, 20 * kMega));
  CHECK(memory.is_to_give_back(10 * kMega, 20 * kMega));
  for (int second = 0; second < 20; ++second) CHECK_FALSE(memory.is_to_give_back(10 * kMega, 20 * kMega));
  for (int second = 0; second < 4; ++second) CHECK_FALSE(memory.is_to_give_back(20 * kMega, 20 * kMega));
  CHECK(memory.is_to_give_back(20 * kMega, 20 * kMega));
}

TEST_CASE("what was in use in between, or is little, stays") {
  SpareMemory memory;
  for (int second = 0; second < 20; ++second) {
    CHECK_FALSE(memory.is_to_give_back(second % 5 == 0 ? 0 : 10 * kMega, 20 * kMega));
  }
  for (int second = 0; second < 20; ++second) CHECK_FALSE(memory.is_to_give_back(kMega / 8, kMega));
  for (int second = 0; second < 20; ++second) CHECK_FALSE(memory.is_to_give_back(10 * kMega, 100 * kMega));
}

}  // namespace
}  // namespace belfry::worker
