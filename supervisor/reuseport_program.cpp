#include "supervisor/reuseport_program.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>

#include "common/assert.hpp"

namespace belfry::supervisor {
namespace {

using Program = ReuseportProgram;

constexpr std::uint32_t kNetwork = static_cast<std::uint32_t>(SKF_NET_OFF);  // the IP header is there
constexpr std::uint32_t kAncillary = static_cast<std::uint32_t>(SKF_AD_OFF);
constexpr std::uint32_t kSaved = 0;  // a word of the program's memory

void add(Program& program, unsigned code, std::uint32_t k) {
  program.push_back({static_cast<std::uint16_t>(code), 0, 0, k});
}

void jump_if(Program& program, unsigned test, std::uint32_t k, unsigned if_true, unsigned if_false) {
  program.push_back({static_cast<std::uint16_t>(BPF_JMP | test | BPF_K), static_cast<std::uint8_t>(if_true),
                     static_cast<std::uint8_t>(if_false), k});
}

void append(Program& program, const Program& more) { program.insert(program.end(), more.begin(), more.end()); }

std::uint32_t sum_of(const Weights& weights) {
  const std::uint32_t sum = std::accumulate(weights.begin(), weights.end(), std::uint32_t{0});
  BELFRY_ASSERT(sum > 0);
  return sum;
}

Weights ones_of(const Weights& weights) {
  Weights ones;
  for (const std::uint32_t weight : weights) ones.push_back(weight == 0 ? 0 : 1);
  return ones;
}

// A is below the sum of the weights: the slot whose part of that range it lies in.
Program chosen(const Weights& weights) {
  Program program;
  if (std::all_of(weights.begin(), weights.end(), [](std::uint32_t weight) { return weight == 1; })) {
    add(program, BPF_RET | BPF_A, 0);
    return program;
  }
  const std::uint32_t sum = sum_of(weights);
  std::uint32_t end = 0;
  for (std::uint32_t slot = 0; slot < weights.size(); ++slot) {
    if (weights[slot] == 0) continue;
    end += weights[slot];
    if (end < sum) jump_if(program, BPF_JGE, end, 1, 0);
    add(program, BPF_RET | BPF_K, slot);
  }
  return program;
}

// A ^= A >> bits
void fold(Program& program, std::uint32_t bits) {
  add(program, BPF_MISC | BPF_TAX, 0);
  add(program, BPF_ALU | BPF_RSH | BPF_K, bits);
  add(program, BPF_ALU | BPF_XOR | BPF_X, 0);
}

// A: all bits of what A was have a say in each (the constants are MurmurHash3's).
void mix(Program& program) {
  fold(program, 16);
  add(program, BPF_ALU | BPF_MUL | BPF_K, 0x85ebca6b);
  fold(program, 13);
  add(program, BPF_ALU | BPF_MUL | BPF_K, 0xc2b2ae35);
  fold(program, 16);
}

// A: a hash of the source address. Looks at the header, not at the socket, so that IPv4 on an IPv6 socket is IPv4.
Program source_hash() {
  Program version6;
  add(version6, BPF_LD | BPF_W | BPF_ABS, kNetwork + 8);
  for (const std::uint32_t word : {12, 16, 20}) {
    mix(version6);
    add(version6, BPF_MISC | BPF_TAX, 0);
    add(version6, BPF_LD | BPF_W | BPF_ABS, kNetwork + word);
    add(version6, BPF_ALU | BPF_XOR | BPF_X, 0);
  }
  Program program;
  add(program, BPF_LD | BPF_B | BPF_ABS, kNetwork);
  add(program, BPF_ALU | BPF_RSH | BPF_K, 4);
  jump_if(program, BPF_JEQ, 6, 2, 0);
  add(program, BPF_LD | BPF_W | BPF_ABS, kNetwork + 12);
  add(program, BPF_JMP | BPF_JA, static_cast<std::uint32_t>(version6.size()));
  append(program, version6);
  mix(program);
  return program;
}

}  // namespace

Program program_by_chance(const Weights& weights) {
  Program program;
  add(program, BPF_LD | BPF_W | BPF_ABS, kAncillary + SKF_AD_RANDOM);
  add(program, BPF_ALU | BPF_MOD | BPF_K, sum_of(weights));
  append(program, chosen(weights));
  return program;
}

Program program_by_source(const Weights& weights) {
  const auto slots = static_cast<std::uint32_t>(weights.size());
  const Weights alive = ones_of(weights);
  const std::uint32_t empty = slots - sum_of(alive);
  Program program = source_hash();
  add(program, BPF_ST, kSaved);
  add(program, BPF_ALU | BPF_MOD | BPF_K, slots);
  std::uint32_t to_others = 2 * empty;  // from behind the next comparison
  for (std::uint32_t slot = 0; slot < slots; ++slot) {
    if (weights[slot] != 0) continue;
    to_others -= 2;
    jump_if(program, BPF_JEQ, slot, 0, 1);
    add(program, BPF_JMP | BPF_JA, to_others + 1);
  }
  add(program, BPF_RET | BPF_A, 0);
  if (empty == 0) return program;
  add(program, BPF_LD | BPF_MEM, kSaved);
  add(program, BPF_ALU | BPF_DIV | BPF_K, slots);
  add(program, BPF_ALU | BPF_MOD | BPF_K, sum_of(alive));
  append(program, chosen(alive));
  return program;
}

Program program_by_cpu(const Weights& weights, const CpuPlan& cpus) {
  std::map<int, Weights> pinned;  // the slots of each CPU
  for (std::size_t slot = 0; slot < weights.size(); ++slot)
    for (const int cpu : cpus.at(slot))
      if (weights[slot] != 0) pinned.try_emplace(cpu, weights.size(), 0).first->second[slot] = 1;
  Program program;
  add(program, BPF_LD | BPF_W | BPF_ABS, kAncillary + SKF_AD_CPU);
  for (const auto& [cpu, slots] : pinned) {
    const Program choice = program_by_chance(slots);
    jump_if(program, BPF_JEQ, static_cast<std::uint32_t>(cpu), 1, 0);
    add(program, BPF_JMP | BPF_JA, static_cast<std::uint32_t>(choice.size()));
    append(program, choice);
  }
  append(program, program_by_chance(ones_of(weights)));
  return program;
}

}  // namespace belfry::supervisor
