// Memory that a process shares with those that it forks later: objects of a type without pointers, zero at first.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <new>
#include <type_traits>

#include "common/assert.hpp"

namespace belfry::bench {

template <typename T>
class SharedMemory {
 public:
  explicit SharedMemory(std::size_t count) : count_(count) {
    static_assert(std::is_trivially_destructible_v<T>);
    void* memory = mmap(nullptr, size(), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    BELFRY_ASSERT(memory != MAP_FAILED);
    objects_ = static_cast<T*>(memory);
    for (std::size_t i = 0; i < count; ++i) new (objects_ + i) T();
  }
  ~SharedMemory() { munmap(objects_, size()); }
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;

  T& operator[](std::size_t i) { return objects_[i]; }
  const T& operator[](std::size_t i) const { return objects_[i]; }
  std::size_t count() const { return count_; }
  T* begin() { return objects_; }
  T* end() { return objects_ + count_; }
  const T* begin() const { return objects_; }
  const T* end() const { return objects_ + count_; }

 private:
  std::size_t size() const { return sizeof(T) * (count_ == 0 ? 1 : count_); }

  std::size_t count_;
  T* objects_ = nullptr;
};

}  // namespace belfry::bench
