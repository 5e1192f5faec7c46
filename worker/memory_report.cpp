#include "worker/memory_report.hpp"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

namespace belfry::worker {

ResidentMemory ResidentMemory::now() {
  ResidentMemory memory;
  std::ifstream status("/proc/self/status");
  std::size_t kilobytes = 0;
  for (std::string word; status >> word;) {
    if (word == "RssAnon:" && status >> kilobytes) memory.anonymous = kilobytes * 1024;
    if ((word == "RssFile:" || word == "RssShmem:") && status >> kilobytes) memory.files += kilobytes * 1024;
  }
  return memory;
}

namespace {

// Free memory that malloc has given back still counts as free: no more of it is here than is left of what is resident.
std::size_t resident_spare(const ResidentMemory& at_start, const ResidentMemory& now, const MemoryAccount& account) {
  const std::size_t used = at_start.anonymous + account.total();
  return std::min<std::size_t>(::mallinfo2().fordblks, now.anonymous - std::min(now.anonymous, used));
}

}  // namespace

std::string memory_packet(std::uint32_t slot, const ResidentMemory& at_start, MemoryAccount account) {
  const ResidentMemory now = ResidentMemory::now();
  account.add(MemoryKind::spare, resident_spare(at_start, now, account));
  account.add(MemoryKind::program, now.files + at_start.anonymous);
  nlohmann::ordered_json kinds;
  for (std::size_t kind = 0; kind < std::size(kMemoryKindRows); ++kind)
    kinds[std::string(kMemoryKindRows[kind].name)] = account.bytes(kind);
  return nlohmann::ordered_json{
      {"worker", slot}, {"resident_bytes", now.anonymous + now.files}, {"kinds", std::move(kinds)}}
      .dump();
}

}  // namespace belfry::worker
