// What each published message says of itself: the run, its number and when it was to be sent. Fixed width and plain
// ASCII, so that it passes through any server and any quoting as it is, and is found again without parsing what is
// around it.
//
//   belfry-bench:RRRRRRRR:NNNNNNNNNNNNNNNN:TTTTTTTTTTTTTTTT:xxxx...      (hex; as many x as the size asks for)
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::bench {

struct Stamp {
  std::uint32_t run = 0;  // messages of another run are none of ours
  std::uint64_t number = 0;
  std::uint64_t intended_ns = 0;  // of CLOCK_MONOTONIC
};

inline constexpr std::size_t kStampSize = 13 + 8 + 1 + 16 + 1 + 16 + 1;

class StampedText {
 public:
  explicit StampedText(std::size_t size);  // at least kStampSize

  // Valid until the next call.
  std::string_view of(const Stamp& stamp);

 private:
  std::string text_;
};

// Finds stamps in messages. They stand at the same place in all messages of a run, where it looks first.
class StampFinder {
 public:
  std::optional<Stamp> find(std::string_view message);

 private:
  std::size_t place_ = 0;
};

}  // namespace belfry::bench
