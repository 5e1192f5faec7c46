// Beginnings of frames whose end has not come yet, for the few connections that have one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace belfry::bench {

class Leftovers {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  // The place where they are kept; kNone for no bytes.
  std::uint32_t keep(std::span<const std::uint8_t> bytes);
  // Copies them to `to`, frees the place and sets it to kNone. Returns how many they were.
  std::size_t take(std::uint32_t& place, std::uint8_t* to);
  void drop(std::uint32_t& place);

 private:
  std::vector<std::vector<std::uint8_t>> kept_;
  std::vector<std::uint32_t> free_;
};

}  // namespace belfry::bench
