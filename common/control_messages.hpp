// The messages on the control channel (inheritance.hpp), one struct each. Direction is a type: ToWorker or
// ToSupervisor. Both ends are the same binary, so structs travel as they lie in memory behind a header with version and
// kind; a message of another version, an unknown kind or a wrong length is fatal for the channel, never skipped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <variant>

#include "common/counters.hpp"

namespace belfry {

inline constexpr std::uint32_t kControlVersion = 9;

// 128 random bits, new at each start of the supervisor; with slot and epoch it names the owner of rows in Redis.
struct NodeId {
  std::uint8_t bytes[16] = {};
};

// ---- supervisor to worker

// First message. Carries the sealed memfd with the effective configuration (settings_order.hpp).
struct Configure {
  NodeId node;
  std::uint32_t slot = 0;
  std::uint32_t listeners = 0;     // sockets at kFirstListenerFd and behind it
  std::uint64_t epoch = 0;         // first epoch that this process may use as an owner
  std::uint64_t orphan_epoch = 0;  // of a dead worker of this slot that nobody sweeps: as SweepSibling; 0: none
};

// Close every client with its code, publish what there is to publish, exit 0.
struct Stop {};

// The node is going: /ready says so, and HTTP connections end with their next answer. Clients stay; Shed and Stop
// follow.
struct Drain {};

// Close so many of the open WebSocket clients, evenly spread over the time, as Stop would. Another Shed takes the place
// of one that is under way; with 0 clients it only ends that.
struct Shed {
  static constexpr std::uint64_t kEverybody = ~std::uint64_t{0};  // and no newcomers: upgrades get 503

  std::uint64_t clients = 0;
  std::uint64_t over_ms = 0;
  bool then_ends = false;  // the worker will be stopped: members of presence channels have until then to come back
};

// The worker of `slot` died; its owner (this node, slot, epoch) has rows in Redis that the receiver is to sweep as soon
// as Redis can be reached. It answers with Swept; when it dies before, another worker is asked.
struct SweepSibling {
  std::uint32_t slot = 0;
  std::uint64_t epoch = 0;
};

// For failure tests (Settings::debug_commands): crash now, or stop turning the loop.
enum class Fault : std::uint32_t { crash, hang };
struct InjectFault {
  Fault fault = Fault::crash;
};

// The configuration has changed: carries the new one as Configure does. Only options that a reload applies are other
// ones. Answered with Reconfigured when the worker goes by it.
struct Reconfigure {
  std::uint64_t number = 0;  // grows with each
};

// Tell what happens to the clients and events of an app, for `belfry tail`: one JSON object a packet to the socket that
// comes along, until nobody reads there any more. Nothing waits for a reader who is slow.
struct BeginTail {
  char app_id[512] = {};    // NUL-terminated, both
  char channel[1024] = {};  // empty: every channel
  bool payloads = false;
};
inline constexpr std::size_t kMaxTailPacket = 160 * 1024;  // bytes

// Compare the presence channels with Redis: what differs goes to the socket that comes along, as packets that end with
// the totals (worker/presence_check.hpp).
struct VerifyPresence {};

// What the node says of itself to the others (worker/cluster/node_registry.hpp), as JSON; to one worker, each second.
struct AnnounceNode {
  char row[4096] = {};  // NUL-terminated; empty: the node is gone
};

// Which nodes there are, as packets, a row each, that end with their number, to the socket that comes along.
struct ListNodes {};

// What the worker's memory is used for, as one packet (worker/memory_report.hpp) to the socket that comes along.
struct ReportMemory {};

// Log from this level on, until the next Reconfigure.
struct SetLogLevel {
  char level[16] = {};  // a word of log.level, NUL-terminated
};

using ToWorker = std::variant<Configure, Stop, Drain, Shed, SweepSibling, InjectFault, Reconfigure, BeginTail,
                              VerifyPresence, AnnounceNode, ListNodes, ReportMemory, SetLogLevel>;

// ---- worker to supervisor

// The worker accepts connections.
struct Ready {
  char version[64] = {};  // of its build, cut off at the end
};

// The worker registers as owner under this epoch from now on; sent before Redis hears of it.
struct EpochTaken {
  std::uint64_t epoch = 0;
};

// No rows of the owner (this node, slot, epoch) are left in Redis: the sender has swept it, or found that somebody had.
// Or the owner is the sender's own, and what it leaves is not to be swept before its lease runs out.
struct Swept {
  std::uint32_t slot = 0;
  std::uint64_t epoch = 0;
};

enum class RedisState : std::uint32_t { connecting, connected, away };

// A worker as owner of rows in Redis.
struct OwnerReport {
  static constexpr std::uint64_t kNever = ~std::uint64_t{0};

  std::uint64_t epoch = 0;
  std::uint32_t lease_left_ms = 0;      // 0: it has none
  bool may_sweep = false;               // it has had one without a break for as long as a lease lasts
  std::uint64_t swept_ago_ms = kNever;  // the last time that it has swept a dead owner
};

// Each kHeartbeatInterval.
struct Heartbeat {
  Counters counters;  // as they were together with the rest
  OwnerReport owner;
  bool sends_by_ring = false;  // io_uring
  RedisState redis = RedisState::connecting;
  char redis_reason[128] = {};  // why it is not connected; NUL-terminated
};

struct Reconfigured {
  std::uint64_t number = 0;
};

using ToSupervisor = std::variant<Ready, EpochTaken, Swept, Heartbeat, Reconfigured>;

}  // namespace belfry
