// What the parent and the generator processes of a run see of each other: shared memory, made before the fork. The
// parent says which phase it is; each process writes its own figures, and the parent adds them up. A figure has one
// writer, so that it costs no locked instruction.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tools/bench/histogram.hpp"
#include "tools/bench/shared_memory.hpp"

namespace belfry::bench {

// Each process goes through them in this order, when the parent says so.
enum class Phase : std::uint32_t { idle, open, measure, drain, finish };

// A figure that one process writes and others read.
class Figure {
 public:
  void add(std::uint64_t count) { value_.store(get() + count, std::memory_order_relaxed); }
  std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_ = 0;
};

// Why a connection did not come about.
enum class Failure : std::uint32_t { local, connect, reset, timeout, http, pusher, protocol };
inline constexpr std::array<std::string_view, 7> kFailureNames = {"local",   "connect", "reset",   "timeout",
                                                                  "refused", "pusher",  "protocol"};

// The first sentence counts; of several threads of events that is the one that explains the others.
class FirstSentence {
 public:
  void set(std::string_view sentence);
  std::string_view text() const { return {text_.data(), size_.load(std::memory_order_acquire)}; }

 private:
  std::array<char, 240> text_ = {};
  std::atomic<std::size_t> size_ = 0;
};

// Of one generator process.
struct ProcessBoard {
  std::atomic<Phase> phase = Phase::idle;  // that it has come to
  Figure settled;                          // connections of the beginning that are open, or will never be
  Figure opened;
  std::array<Figure, kFailureNames.size()> failures;
  Figure lost;  // were open, and not ended by us
  Figure closed;
  std::atomic<std::uint64_t> last_opened_ns = 0;  // of the connections of the beginning
  std::atomic<bool> is_ready = false;             // measuring may begin, as far as this process is concerned
  FirstSentence first_failure;
  FirstSentence first_loss;

  Figure deliveries;
  Figure in_order_breaks;  // came after a later one
  Figure duplicates;
  Figure strays;
  Figure pongs;

  Figure sent;      // by the publisher, which is in one of the processes
  Figure refused;   // the server said no, or that it does not know
  Figure given_up;  // in flight for so long that the next one was sent without it
  FirstSentence first_refusal;
  FirstSentence end_of_publishing;  // why the publisher cannot go on; empty: it can

  std::atomic<bool> is_finished = false;  // what follows is complete
  std::uint64_t missing = 0;
  Histogram established;  // from connect() to pusher:connection_established, or to the answer of the upgrade
  Histogram subscribed;   // from connect() to subscription_succeeded
  Histogram latency;
};

struct ChannelBoard {
  std::atomic<std::uint32_t> subscribers = 0;
  std::atomic<std::uint32_t> processes = 0;  // that have a subscriber
};

inline constexpr std::size_t kMostInFlight = 4096;
inline constexpr std::size_t kFlightSlots = 4 * kMostInFlight;
inline constexpr std::size_t kMostRefused = 8192;

struct RunBoard {
  std::atomic<Phase> phase = Phase::idle;
  std::atomic<std::uint64_t> begin_ns = 0;         // of measure
  std::atomic<std::uint64_t> window_begin_ns = 0;  // what was to be sent in the window counts for latencies
  std::atomic<std::uint64_t> window_end_ns = 0;

  // Closed loop: message n is on its way until flights[n % kFlightSlots] is 0.
  std::array<std::atomic<std::int32_t>, kFlightSlots> flights = {};
  std::atomic<std::uint64_t> landed = 0;

  std::array<std::uint64_t, kMostRefused> refused = {};  // numbers of messages that were not published, in order
};

struct Board {
  Board(std::size_t processes, std::size_t channels) : run(1), processes(processes), channels(channels) {}

  RunBoard& the_run() { return run[0]; }

  template <typename Member>
  std::uint64_t sum(Member member) const {
    std::uint64_t total = 0;
    for (const ProcessBoard& process : processes) total += (process.*member).get();
    return total;
  }
  std::uint64_t sum_of_failures() const;
  Histogram merged(Histogram ProcessBoard::*member) const;
  std::string_view first_of(FirstSentence ProcessBoard::*member) const;

  SharedMemory<RunBoard> run;
  SharedMemory<ProcessBoard> processes;
  SharedMemory<ChannelBoard> channels;
};

}  // namespace belfry::bench
