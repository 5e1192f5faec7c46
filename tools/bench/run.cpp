#include "tools/bench/run.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <utility>

#include "tools/bench/monotonic.hpp"

namespace belfry::bench {
namespace {

constexpr std::uint64_t kDoze = 10 * kMillisecond;
constexpr std::uint64_t kLeadIn = 20 * kMillisecond;  // for all processes to hear of the beginning
constexpr std::uint64_t kForever = UINT64_MAX;
constexpr std::uint64_t kQuiet = 5 * kSecond;  // then what has not come is lost

}  // namespace

Run::Run(const Plan& plan, const ServerProcesses& server, const tools::InterruptSignals& interrupts, bool quiet)
    : plan_(plan),
      server_(server),
      interrupts_(interrupts),
      board_(plan.processes, plan.channels.size()),
      group_(plan, board_),
      progress_(quiet) {}

Result<Span> Run::open() {
  if (auto started = group_.start(); !started) return Unexpected(started.error());
  Span span = {.begin = sample(), .end = {}};
  group_.enter(Phase::open);
  if (auto waited = wait(
          kForever, [&] { return is_opened(); }, "opening");
      !waited)
    return Unexpected(waited.error());
  span.end = sample();
  if (board_.sum(&ProcessBoard::opened) > 0 || was_interrupted_) return span;
  return Unexpected(nothing_opened());
}

// With an errno value where no server answered at all.
Error Run::nothing_opened() const {
  const auto refused_by_kernel = [](const ProcessBoard& process) {
    return process.failures[static_cast<std::size_t>(Failure::connect)].get() == process.settled.get();
  };
  const bool nobody = std::all_of(board_.processes.begin(), board_.processes.end(), refused_by_kernel);
  return {"no connection could be opened: " + std::string(board_.first_of(&ProcessBoard::first_failure)),
          nobody ? ECONNREFUSED : 0};
}

bool Run::is_opened() const {
  const auto is_ready = [](const ProcessBoard& process) { return process.is_ready.load(std::memory_order_acquire); };
  return board_.sum(&ProcessBoard::settled) == plan_.connections &&
         std::all_of(board_.processes.begin(), board_.processes.end(), is_ready);
}

Result<Span> Run::measure() {
  RunBoard& run = board_.the_run();
  const std::uint64_t begin = now_ns() + kLeadIn;
  run.begin_ns = begin;
  run.window_begin_ns = begin + ns_of(plan_.warm_up_seconds);
  run.window_end_ns = run.window_begin_ns + ns_of(plan_.seconds);
  group_.enter(Phase::measure);
  const auto never = [] { return false; };
  if (auto waited = wait(run.window_begin_ns, never, "warming up"); !waited) return Unexpected(waited.error());
  Span span = {.begin = sample(), .end = {}};
  if (auto waited = wait(run.window_end_ns, never, "measuring"); !waited) return Unexpected(waited.error());
  span.end = sample();
  group_.enter(Phase::drain);
  return span;
}

Result<Span> Run::hold(double seconds) {
  Span span = {.begin = sample(), .end = {}};
  const auto waited = wait(
      now_ns() + ns_of(seconds), [] { return false; }, "holding");
  if (!waited) return Unexpected(waited.error());
  span.end = sample();
  return span;
}

Result<void> Run::drain(const std::function<std::uint64_t(const Board& board)>& deliveries_owed) {
  std::uint64_t seen = 0, since = now_ns();
  const auto is_done = [&] {
    const std::uint64_t now_seen = board_.sum(&ProcessBoard::deliveries);
    if (now_seen != seen) since = now_ns();
    seen = now_seen;
    return (has_drained() && seen >= deliveries_owed(board_)) || now_ns() - since > kQuiet;
  };
  const bool before = std::exchange(was_interrupted_, false);  // what ended the measuring does not end this, too
  auto waited = wait(kForever, is_done, "waiting for the last deliveries");
  was_interrupted_ |= before;
  return waited;
}

// Nothing more is published.
bool Run::has_drained() const {
  return std::all_of(board_.processes.begin(), board_.processes.end(), [](const ProcessBoard& process) {
    return process.phase.load(std::memory_order_acquire) >= Phase::drain;
  });
}

Result<void> Run::finish() {
  group_.enter(Phase::finish);
  return group_.join();
}

Sample Run::sample() const {
  return {.at_ns = now_ns(),
          .deliveries = board_.sum(&ProcessBoard::deliveries),
          .opened = board_.sum(&ProcessBoard::opened),
          .closed = board_.sum(&ProcessBoard::closed),
          .pongs = board_.sum(&ProcessBoard::pongs),
          .server_cpu_ns = cpu_ns(server_.server),
          .redis_cpu_ns = cpu_ns(server_.redis),
          .generator_cpu_ns = cpu_ns(group_.pids())};
}

Result<void> Run::wait(std::uint64_t deadline_ns, const std::function<bool()>& is_done, const char* doing) {
  while (now_ns() < deadline_ns && !is_done() && !was_interrupted_) {
    doze(deadline_ns);
    if (auto checked = group_.check(); !checked) return checked;
    if (auto checked = check_publisher(); !checked) return checked;
    if (progress_.is_due(now_ns())) show(doing);
  }
  return {};
}

void Run::doze(std::uint64_t deadline_ns) {
  const std::uint64_t now = now_ns();
  const std::uint64_t left = std::min(deadline_ns > now ? deadline_ns - now : 0, kDoze);
  const timespec timeout = {0, static_cast<long>(left)};
  pollfd interrupt = {.fd = interrupts_.fd(), .events = POLLIN, .revents = 0};
  if (ppoll(&interrupt, 1, &timeout, nullptr) <= 0) return;
  interrupts_.take();  // the next one ends the next phase
  was_interrupted_ = true;
}

Result<void> Run::check_publisher() const {
  const auto sentence = board_.first_of(&ProcessBoard::end_of_publishing);
  if (sentence.empty()) return {};
  return Unexpected("publishing has ended: " + std::string(sentence));
}

void Run::show(const char* doing) {
  const Sample now = sample();
  const Span span = {last_shown_, now};
  std::string line = fmt::format("{}: {} open", doing, now.opened - now.closed - board_.sum(&ProcessBoard::lost));
  const auto add = [&](const char* what, std::uint64_t Sample::*count) {
    if (last_shown_.at_ns > 0 && now.*count > last_shown_.*count)
      line += fmt::format(", {:.0f} {} a second", span.per_second(count), what);
  };
  add("opened", &Sample::opened);
  add("deliveries", &Sample::deliveries);
  add("pongs", &Sample::pongs);
  if (const auto failed = board_.sum_of_failures(); failed > 0) line += fmt::format(", {} failed", failed);
  if (const auto lost = board_.sum(&ProcessBoard::lost); lost > 0) line += fmt::format(", {} lost", lost);
  progress_.show(line);
  last_shown_ = now;
}

}  // namespace belfry::bench
