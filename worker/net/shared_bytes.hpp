// Immutable bytes with a reference count: an encoded frame that any number of out-queues refer to. One allocation,
// freed with the last reference. Not thread-safe: a worker has one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace belfry::net {

class SharedBytes {
 public:
  SharedBytes() = default;
  SharedBytes(const SharedBytes& other) noexcept : block_(other.block_) {
    if (block_ != nullptr) ++block_->references;
  }
  SharedBytes(SharedBytes&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  SharedBytes& operator=(SharedBytes other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~SharedBytes();

  static SharedBytes copy_of(std::string_view bytes);
  // One behind the other.
  static SharedBytes joined(std::span<const SharedBytes> parts);

  // `size` bytes that `fill(std::uint8_t*)` writes before anybody can see them.
  template <typename Fill>
  static SharedBytes make(std::size_t size, Fill&& fill) {
    SharedBytes bytes = allocate(size);
    fill(bytes.block_->bytes());
    return bytes;
  }

  // What all references to these bytes share; null: none.
  const void* block() const { return block_; }

  explicit operator bool() const { return block_ != nullptr; }
  const std::uint8_t* data() const { return block_->bytes(); }
  std::size_t size() const { return block_ == nullptr ? 0 : block_->size; }

 private:
  struct Block {
    std::size_t size;
    std::uint32_t references;
    std::uint8_t* bytes() { return reinterpret_cast<std::uint8_t*>(this + 1); }
  };

  static SharedBytes allocate(std::size_t size);

  Block* block_ = nullptr;
};

}  // namespace belfry::net
