#include "worker/spare_memory.hpp"

#include <malloc.h>

#include <algorithm>

namespace belfry::worker {
namespace {

constexpr std::size_t kLeast = 256 * 1024;  // bytes that are worth the work
constexpr std::size_t kPart = 8;            // and that much of what is used
constexpr std::size_t kKept = 256 * 1024;   // at the top of the heap, for what comes next

}  // namespace

bool SpareMemory::is_to_give_back(std::size_t spare, std::size_t used) {
  given_back_ = std::min(given_back_, spare);
  lately_[next_] = spare - given_back_;
  next_ = (next_ + 1) % lately_.size();
  if (*std::ranges::min_element(lately_) < std::max(kLeast, used / kPart)) return false;
  lately_ = {};
  given_back_ = spare;
  return true;
}

void SpareMemory::look() {
  const struct mallinfo2 heap = ::mallinfo2();
  if (is_to_give_back(heap.fordblks, heap.uordblks)) ::malloc_trim(kKept);
}

}  // namespace belfry::worker
