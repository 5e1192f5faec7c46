#include "supervisor/reuseport_program.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <vector>

namespace belfry::supervisor {
namespace {

// A connection as a program sees it.
struct Packet {
  std::vector<std::uint8_t> network = {};  // from the IP header on
  std::uint32_t random = 0;
  std::uint32_t cpu = 0;
};

// Runs a program as the kernel does, as far as these programs go.
class Machine {
 public:
  Machine(const ReuseportProgram& program, const Packet& packet) : program_(program), packet_(packet) {}

  std::uint32_t run() {
    for (std::size_t at = 0; at < program_.size(); ++at) {
      const sock_filter& step = program_[at];
      const auto is = [&](unsigned code) { return step.code == code; };
      if (is(BPF_RET | BPF_K)) return step.k;
      if (is(BPF_RET | BPF_A)) return a_;
      if (is(BPF_LD | BPF_W | BPF_ABS)) a_ = word(step.k);
      else if (is(BPF_LD | BPF_B | BPF_ABS)) a_ = byte(step.k - static_cast<std::uint32_t>(SKF_NET_OFF));
      else if (is(BPF_LD | BPF_MEM)) a_ = memory_.at(step.k);
      else if (is(BPF_ST)) memory_.at(step.k) = a_;
      else if (is(BPF_MISC | BPF_TAX)) x_ = a_;
      else if (is(BPF_JMP | BPF_JA)) at += step.k;
      else if (is(BPF_JMP | BPF_JEQ | BPF_K)) at += a_ == step.k ? step.jt : step.jf;
      else if (is(BPF_JMP | BPF_JGE | BPF_K)) at += a_ >= step.k ? step.jt : step.jf;
      else calculate(step);
    }
    FAIL("the program ends without a result");
    return 0;
  }

 private:
  void calculate(const sock_filter& step) {
    switch (step.code) {
      case BPF_ALU | BPF_RSH | BPF_K: a_ >>= step.k; break;
      case BPF_ALU | BPF_MUL | BPF_K: a_ *= step.k; break;
      case BPF_ALU | BPF_DIV | BPF_K: a_ /= step.k; break;
      case BPF_ALU | BPF_MOD | BPF_K: a_ %= step.k; break;
      case BPF_ALU | BPF_XOR | BPF_X: a_ ^= x_; break;
      default: FAIL("an instruction that no program here has: " << step.code);
    }
  }

  std::uint32_t word(std::uint32_t k) const {
    if (k == static_cast<std::uint32_t>(SKF_AD_OFF + SKF_AD_RANDOM)) return packet_.random;
    if (k == static_cast<std::uint32_t>(SKF_AD_OFF + SKF_AD_CPU)) return packet_.cpu;
    const std::uint32_t at = k - static_cast<std::uint32_t>(SKF_NET_OFF);
    std::uint32_t value = 0;
    for (std::uint32_t i = 0; i < 4; ++i) value = value << 8 | byte(at + i);
    return value;
  }

  std::uint32_t byte(std::uint32_t at) const { return packet_.network.at(at); }

  const ReuseportProgram& program_;
  const Packet& packet_;
  std::uint32_t a_ = 0, x_ = 0;
  std::array<std::uint32_t, BPF_MEMWORDS> memory_ = {};
};

std::uint32_t slot_of(const ReuseportProgram& program, const Packet& packet) { return Machine(program, packet).run(); }

Packet from_ipv4(std::uint32_t address) {
  Packet packet = {.network = std::vector<std::uint8_t>(20)};
  packet.network[0] = 0x45;
  for (std::size_t i = 0; i < 4; ++i) packet.network[12 + i] = static_cast<std::uint8_t>(address >> (24 - 8 * i));
  return packet;
}

Packet from_ipv6(std::uint64_t net, std::uint64_t host) {
  Packet packet = {.network = std::vector<std::uint8_t>(40)};
  packet.network[0] = 0x60;
  for (std::size_t i = 0; i < 8; ++i) {
    packet.network[8 + i] = static_cast<std::uint8_t>(net >> (56 - 8 * i));
    packet.network[16 + i] = static_cast<std::uint8_t>(host >> (56 - 8 * i));
  }
  return packet;
}

// How many of the packets each slot gets.
std::map<std::uint32_t, int> spread(const ReuseportProgram& program, const std::vector<Packet>& packets) {
  std::map<std::uint32_t, int> counts;
  for (const Packet& packet : packets) ++counts[slot_of(program, packet)];
  return counts;
}

std::vector<Packet> with_random(std::uint32_t below) {
  std::vector<Packet> packets;
  for (std::uint32_t random = 0; random < below; ++random) packets.push_back({.random = random});
  return packets;
}

std::vector<Packet> with_addresses() {
  std::vector<Packet> packets;
  for (std::uint32_t host = 1; host <= 4'000; ++host) packets.push_back(from_ipv4(0x0a000000 + 4 * host));
  for (std::uint64_t host = 1; host <= 4'000; ++host) packets.push_back(from_ipv6(0x20010db800000000 + host, 1));
  for (std::uint64_t host = 1; host <= 4'000; ++host) packets.push_back(from_ipv6(0x20010db800000000, host << 32));
  return packets;
}

TEST_CASE("by chance, each slot gets what its weight says") {
  CHECK(spread(program_by_chance({1, 1, 1, 1}), with_random(400)) ==
        std::map<std::uint32_t, int>{{0, 100}, {1, 100}, {2, 100}, {3, 100}});
  CHECK(spread(program_by_chance({0, 1, 0, 1}), with_random(400)) == std::map<std::uint32_t, int>{{1, 200}, {3, 200}});
  CHECK(spread(program_by_chance({3, 0, 5, 2}), with_random(1'000)) ==
        std::map<std::uint32_t, int>{{0, 300}, {2, 500}, {3, 200}});
  CHECK(spread(program_by_chance({0, 0, 7}), with_random(100)) == std::map<std::uint32_t, int>{{2, 100}});
}

TEST_CASE("by source, addresses of both families are spread, also those that differ in few bits") {
  for (const std::uint32_t slots : {2U, 3U, 4U, 16U}) {
    const auto packets = with_addresses();
    const auto counts = spread(program_by_source(Weights(slots, 1)), packets);
    CHECK(counts.size() == slots);
    const double even = static_cast<double>(packets.size()) / slots;
    for (const auto& [slot, count] : counts) CHECK(count == doctest::Approx(even).epsilon(0.15));
  }
}

TEST_CASE("by source, nothing but the address decides") {
  const auto program = program_by_source(Weights(8, 1));
  Packet packet = from_ipv4(0xc0a80107);
  const std::uint32_t slot = slot_of(program, packet);
  packet.random = 12'345;
  packet.cpu = 7;
  packet.network[4] = 99;  // the identification
  CHECK(slot_of(program, packet) == slot);
}

TEST_CASE("by source, only the addresses of slots that are out move, and evenly") {
  const auto all = program_by_source({1, 1, 1, 1, 1});
  const auto some = program_by_source({1, 0, 1, 1, 0});
  std::map<std::uint32_t, int> moved;
  for (const Packet& packet : with_addresses()) {
    const std::uint32_t before = slot_of(all, packet), now = slot_of(some, packet);
    if (before == 1 || before == 4) ++moved[now];
    else CHECK(before == now);
  }
  CHECK(moved.size() == 3);
  for (const auto& [slot, count] : moved) {
    CHECK((slot == 0 || slot == 2 || slot == 3));
    CHECK(count == doctest::Approx(1'600).epsilon(0.15));
  }
}

TEST_CASE("by CPU, the slots pinned to it share its connections") {
  const CpuPlan plan = {{2}, {2}, {5}, {5}};
  auto packets = with_random(400);
  for (Packet& packet : packets) packet.cpu = 2;
  CHECK(spread(program_by_cpu({1, 1, 1, 1}, plan), packets) == std::map<std::uint32_t, int>{{0, 200}, {1, 200}});
  CHECK(spread(program_by_cpu({1, 0, 1, 1}, plan), packets) == std::map<std::uint32_t, int>{{0, 400}});
}

TEST_CASE("by CPU, connections of a CPU without a slot go to any") {
  auto packets = with_random(300);
  CHECK(spread(program_by_cpu({1, 1, 0, 1}, {{4}, {5}, {6}, {7}}), packets) ==
        std::map<std::uint32_t, int>{{0, 100}, {1, 100}, {3, 100}});
  for (Packet& packet : packets) packet.cpu = 6;  // its slot is out
  CHECK(spread(program_by_cpu({1, 1, 0, 1}, {{4}, {5}, {6}, {7}}), packets).size() == 3);
}

TEST_CASE("jumps reach over hundreds of slots") {
  Weights half(1'000, 1);
  for (std::size_t slot = 0; slot < half.size(); slot += 2) half[slot] = 0;
  for (const auto& program : {program_by_source(half), program_by_cpu(half, CpuPlan(half.size(), {0}))}) {
    CHECK(program.size() <= BPF_MAXINSNS);
    for (std::uint32_t i = 0; i < 2'000; ++i) {
      Packet packet = from_ipv4(i);
      packet.random = i;
      REQUIRE(slot_of(program, packet) % 2 == 1);
    }
  }
}

}  // namespace
}  // namespace belfry::supervisor
