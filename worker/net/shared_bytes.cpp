#include "worker/net/shared_bytes.hpp"

#include <algorithm>
#include <new>

namespace belfry::net {

SharedBytes::~SharedBytes() {
  if (block_ != nullptr && --block_->references == 0) ::operator delete(block_);
}

SharedBytes SharedBytes::copy_of(std::string_view bytes) {
  return make(bytes.size(), [&](std::uint8_t* to) { std::ranges::copy(bytes, to); });
}

SharedBytes SharedBytes::joined(std::span<const SharedBytes> parts) {
  if (parts.size() == 1) return parts.front();
  std::size_t size = 0;
  for (const SharedBytes& part : parts) size += part.size();
  return make(size, [&](std::uint8_t* to) {
    for (const SharedBytes& part : parts) to = std::copy_n(part.data(), part.size(), to);
  });
}

SharedBytes SharedBytes::allocate(std::size_t size) {
  SharedBytes bytes;
  bytes.block_ = new (::operator new(sizeof(Block) + size)) Block{size, 1};
  return bytes;
}

}  // namespace belfry::net
