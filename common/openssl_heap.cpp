#include "common/openssl_heap.hpp"

#include <openssl/crypto.h>

#include <cstdlib>

#include "common/assert.hpp"
#include "common/memory_account.hpp"

namespace belfry {
namespace {

std::size_t held = 0;  // OpenSSL hands no pointer to these functions by which they could find it elsewhere

void* counted(void* block) {
  held += MemoryAccount::block_bytes(block);
  return block;
}

void* take(std::size_t size, const char*, int) noexcept { return counted(std::malloc(size)); }

void give_back(void* block, const char*, int) noexcept {
  held -= MemoryAccount::block_bytes(block);
  std::free(block);
}

void* resize(void* block, std::size_t size, const char*, int) noexcept {
  const std::size_t before = MemoryAccount::block_bytes(block);
  void* const resized = std::realloc(block, size);
  if (resized != nullptr || size == 0) held -= before;
  return counted(resized);
}

}  // namespace

void count_openssl_heap() { BELFRY_ASSERT(CRYPTO_set_mem_functions(take, resize, give_back) == 1); }

std::size_t openssl_heap_bytes() { return held; }

}  // namespace belfry
