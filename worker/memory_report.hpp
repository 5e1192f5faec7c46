// The packet of a worker for `belfry status --memory`: how much it has of the machine's memory, and what for.
//
//   {"worker":0,"resident_bytes":23068672,"kinds":{"program":11534336,"connections":4194304,...}}
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "common/memory_account.hpp"

namespace belfry::worker {

// Of this process, in bytes, from /proc/self/status; zeros where it cannot be read.
struct ResidentMemory {
  std::size_t anonymous = 0;
  std::size_t files = 0;  // code, and what is shared with other processes

  static ResidentMemory now();
};

// `at_start`: before the first client.
std::string memory_packet(std::uint32_t slot, const ResidentMemory& at_start, MemoryAccount account);

}  // namespace belfry::worker
