// Memory that malloc keeps although nobody uses it any more, after a storm of clients or messages: given back to the
// kernel once it has been spare for a while, so that a busy worker does not give and take the same pages all the time.
#pragma once

#include <array>
#include <cstddef>

namespace belfry::worker {

class SpareMemory {
 public:
  // To be called each second. `spare` and `used` are malloc's free and taken bytes; true: there is something to
  // give back. What was given back still counts as free with malloc.
  bool is_to_give_back(std::size_t spare, std::size_t used);

  // The same with malloc's own figures, and gives it back.
  void look();

 private:
  static constexpr std::size_t kSeconds = 5;

  std::array<std::size_t, kSeconds> lately_ = {};  // spare bytes at the last calls
  std::size_t next_ = 0;
  std::size_t given_back_ = 0;  // of what is spare
};

}  // namespace belfry::worker
