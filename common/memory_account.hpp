// What a worker's memory is used for, by kind, as its parts say when they are asked: for `belfry status --memory`. A
// block counts with what malloc adds to it.
#pragma once

#include <malloc.h>

#include <array>
#include <cstddef>
#include <numeric>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace belfry {

// X(kind, help)
#define BELFRY_MEMORY_KINDS(X)                                                   \
  X(program, "code, libraries, and what a worker has before its first client")   \
  X(connections, "sessions and HTTP connections, what they hold, half messages") \
  X(tls, "what OpenSSL holds, nearly all of it for TLS connections")             \
  X(unsent, "messages that clients have still to get, and the lists of them")    \
  X(channels, "channels, their subscribers, and their state in the cluster")     \
  X(presence, "members of presence channels, signed-in users, watchlists")       \
  X(redis, "channels that Redis is asked for")                                   \
  X(tables, "connections by descriptor, deadlines, buffers")                     \
  X(spare, "free, as far as it was not given back: it is when it stays free")

enum class MemoryKind : std::size_t {
#define BELFRY_MEMORY_KIND(kind, help) kind,
  BELFRY_MEMORY_KINDS(BELFRY_MEMORY_KIND)
#undef BELFRY_MEMORY_KIND
};

struct MemoryKindRow {
  std::string_view name;
  std::string_view help;
};

inline constexpr MemoryKindRow kMemoryKindRows[] = {
#define BELFRY_MEMORY_KIND_ROW(kind, help) {#kind, help},
    BELFRY_MEMORY_KINDS(BELFRY_MEMORY_KIND_ROW)
#undef BELFRY_MEMORY_KIND_ROW
};

class MemoryAccount {
 public:
  void add(MemoryKind kind, std::size_t bytes) { bytes_[static_cast<std::size_t>(kind)] += bytes; }
  // What several may refer to counts once.
  void add_shared(MemoryKind kind, const void* block) {
    if (block != nullptr && seen_.insert(block).second) add(kind, block_bytes(block));
  }
  std::size_t bytes(std::size_t kind) const { return bytes_[kind]; }

  std::size_t total() const { return std::accumulate(bytes_.begin(), bytes_.end(), std::size_t{0}); }

  // Of a pointer that malloc or new has returned.
  static std::size_t block_bytes(const void* block) {
    return block == nullptr ? 0 : ::malloc_usable_size(const_cast<void*>(block)) + sizeof(std::size_t);
  }
  // What they have on the heap, without what their elements have there.
  static std::size_t heap_of(const std::string& text) {
    return text.capacity() <= std::string().capacity() ? 0 : block_bytes(text.data());
  }
  template <typename T>
  static std::size_t heap_of(const std::vector<T>& vector) {
    return vector.capacity() == 0 ? 0 : block_bytes(vector.data());
  }
  template <typename Key, typename Value, typename Hash, typename Equal>
  static std::size_t heap_of(const std::unordered_map<Key, Value, Hash, Equal>& map) {
    constexpr std::size_t kNode = sizeof(void*) + sizeof(std::pair<const Key, Value>) + sizeof(std::size_t);
    return map.bucket_count() * sizeof(void*) + map.size() * chunk(kNode);
  }

 private:
  // As glibc rounds it.
  static constexpr std::size_t chunk(std::size_t size) { return (size + sizeof(std::size_t) + 15) / 16 * 16; }

  std::array<std::size_t, std::size(kMemoryKindRows)> bytes_ = {};
  std::unordered_set<const void*> seen_;
};

}  // namespace belfry
