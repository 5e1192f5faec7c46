#include "supervisor/worker_process.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <utility>

#include "common/control_contract.hpp"
#include "common/inheritance.hpp"
#include "supervisor/sealed_memfd.hpp"
#include "supervisor/spawn.hpp"

namespace belfry::supervisor {

Result<std::unique_ptr<WorkerProcess>> WorkerProcess::start(uv_loop_t* loop, const WorkerBirth& birth,
                                                            std::uint64_t epoch, std::uint64_t orphan_epoch,
                                                            Handler& handler) {
  auto pair = make_control_pair();
  if (!pair) return Unexpected(pair.error());
  auto settings = make_sealed_memfd("belfry-settings", birth.order);
  if (!settings) return Unexpected(settings.error());
  auto counters = MappedCounters::make();
  if (!counters) return Unexpected(counters.error());
  auto mapped = MappedCounters::map(counters->get());
  if (!mapped) return Unexpected(mapped.error());
  std::unique_ptr<WorkerProcess> process(new WorkerProcess(loop, std::move(pair->first), std::move(*mapped), handler));
  const Configure configure = {.node = birth.node,
                               .slot = birth.slot,
                               .listeners = static_cast<std::uint32_t>(birth.listeners.size()),
                               .epoch = epoch,
                               .orphan_epoch = orphan_epoch};
  // Waits in the socket until the worker reads it.
  if (auto sent = process->channel_.send(configure, settings->get()); !sent) return Unexpected(sent.error());
  if (auto launched = process->launch(birth, pair->second.get(), counters->get()); !launched)
    return Unexpected(launched.error());
  return process;
}

WorkerProcess::WorkerProcess(uv_loop_t* loop, UniqueFd channel, MappedCounters counters, Handler& handler)
    : channel_(std::move(channel)),
      counters_(std::move(counters)),
      poll_(make_uv_handle<uv_poll_t>(loop, this, uv_poll_init, channel_.fd())),
      handler_(handler) {
  uv_poll_start(poll_.get(), UV_READABLE, [](uv_poll_t* poll, int, int) noexcept {
    if (poll->data != nullptr) static_cast<WorkerProcess*>(poll->data)->receive();
  });
}

Result<void> WorkerProcess::launch(const WorkerBirth& birth, int worker_end, int counters) {
  ChildPlan plan = {.executable = birth.executable,
                    .arguments = {"belfry", "worker", std::to_string(birth.slot), control_contract()},
                    .descriptors = {worker_end, counters},
                    .cpus = birth.cpus,
                    .ignores_terminal = true};
  plan.descriptors.insert(plan.descriptors.end(), birth.listeners.begin(), birth.listeners.end());
  auto pid = spawn(plan);
  if (!pid) return Unexpected(pid.error());
  pid_ = *pid;
  return {};
}

bool WorkerProcess::reconfigure(std::uint64_t number, const std::string& order) {
  auto settings = make_sealed_memfd("belfry-settings", order);
  return settings && !ended_ && channel_.send(Reconfigure{number}, settings->get()).has_value();
}

void WorkerProcess::signal(int number) const {
  if (!ended_) ::kill(pid_, number);
}

void WorkerProcess::receive() {
  while (listening_) {
    auto received = channel_.receive();
    if (!received) {
      listening_ = false;
      uv_poll_stop(poll_.get());
      if (!ended_) handler_.on_channel_lost(received.error());
      return;
    }
    if (!received->has_value()) return;
    handler_.on_message((*received)->message);
  }
}

std::optional<int> WorkerProcess::collect() {
  int status = 0;
  if (ended_ || ::waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
  ended_ = true;
  receive();  // what it said last, an epoch that it took among them
  return status;
}

std::uint64_t WorkerProcess::resident_bytes() const {
  std::ifstream statm("/proc/" + std::to_string(pid_) + "/statm");
  std::uint64_t total_pages = 0, resident_pages = 0;
  if (ended_ || !(statm >> total_pages >> resident_pages)) return 0;
  return resident_pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace belfry::supervisor
