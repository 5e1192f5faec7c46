// What OpenSSL has on the heap in this process.
#pragma once

#include <cstddef>

namespace belfry {

// From here on it is counted; only where OpenSSL has not been used yet, and in a process with one thread.
void count_openssl_heap();

// In bytes, with what malloc adds.
std::size_t openssl_heap_bytes();

}  // namespace belfry
