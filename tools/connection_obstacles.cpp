#include "tools/connection_obstacles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "common/connection_capacity.hpp"
#include "supervisor/listeners.hpp"

namespace belfry::tools {
namespace {

constexpr std::uint64_t kGigabyte = std::uint64_t{1} << 30;
constexpr std::uint64_t kMostPorts = 65'535 - 1'024 + 1;

std::uint64_t quotient_up(std::uint64_t amount, std::uint64_t divisor) { return (amount + divisor - 1) / divisor; }

std::string sysctl(std::string_view name, std::uint64_t value) { return fmt::format("sysctl -w {}={}", name, value); }

// A round number with some room: the next power of two.
std::string sysctl_for(const Finding& finding) { return sysctl(finding.subject, std::bit_ceil(finding.required)); }

// `if_short`: what it means that the limit is below what is required.
Finding judged(Finding finding, Verdict if_short) {
  if (!finding.now) finding.verdict = Verdict::not_known;
  else if (*finding.now < finding.required) finding.verdict = if_short;
  if (finding.verdict == Verdict::fine || finding.verdict == Verdict::not_known) finding.remedies.clear();
  return finding;
}

// ---- descriptors

void offer_workers(Finding& finding, const ConnectionPlan& plan) {
  const auto workers = fewest_workers(plan.connections, finding.now.value_or(0));
  if (workers)
    finding.remedies.push_back(fmt::format("workers = {}  # enough with {} as it is", *workers, finding.subject));
}

// Above fs.nr_open a service does not start; where even `required` is above, fs.nr_open is to be raised as well.
std::uint64_t rounded_limit(std::uint64_t required, const SystemLimits& limits) {
  const std::uint64_t most = limits.nr_open.value_or(kUnlimited);
  return most < required ? std::bit_ceil(required) : std::min(std::bit_ceil(required), most);
}

Finding judge_descriptors(const ConnectionPlan& plan, const SystemLimits& limits) {
  Finding finding = {.subject = "RLIMIT_NOFILE",
                     .now = limits.descriptors,
                     .required = descriptors_for(largest_share(plan)),
                     .why = "descriptors of the worker with the most connections, and what it needs for itself"};
  finding.remedies = {fmt::format("LimitNOFILE={}  # [Service] of the unit", rounded_limit(finding.required, limits))};
  offer_workers(finding, plan);
  return judged(std::move(finding), Verdict::obstacle);
}

Finding judge_nr_open(const ConnectionPlan& plan, const SystemLimits& limits) {
  Finding finding = {.subject = "fs.nr_open",
                     .now = limits.nr_open,
                     .required = descriptors_for(largest_share(plan)),
                     .why = "the most that RLIMIT_NOFILE of any process can be"};
  finding.remedies = {sysctl_for(finding)};
  offer_workers(finding, plan);
  return judged(std::move(finding), Verdict::obstacle);
}

Finding judge_file_max(const ConnectionPlan& plan, const SystemLimits& limits) {
  const std::uint64_t own = plan.connections + plan.workers * kReservedDescriptors;
  Finding finding = {.subject = "fs.file-max",
                     .now = limits.file_max,
                     .required = own + limits.open_files.value_or(0),
                     .why = "open files of the whole machine, those of other programs included"};
  finding.remedies = {sysctl_for(finding)};
  return judged(std::move(finding), Verdict::obstacle);
}

// ---- memory

Finding judge_memory(const ConnectionPlan& plan, const SystemLimits& limits) {
  Finding finding = {.subject = "MemAvailable",
                     .unit = "bytes",
                     .now = limits.memory_available,
                     .required = memory_of(plan),
                     .why = "memory of idle connections, most of it the kernel's; messages come on top",
                     .remedies = {"# no setting: more memory, or fewer connections here and another node"}};
  return judged(std::move(finding), Verdict::obstacle);
}

Finding judge_group_memory(const ConnectionPlan& plan, std::uint64_t allowed) {
  Finding finding = {.subject = "memory.max of the control group",
                     .unit = "bytes",
                     .now = allowed,
                     .required = memory_of(plan),
                     .why = "the kernel's memory of its sockets counts for a control group too"};
  finding.remedies = {
      fmt::format("MemoryMax={}G  # [Service] of the unit", quotient_up(finding.required, kGigabyte) + 1)};
  return judged(std::move(finding), Verdict::obstacle);
}

Finding judge_tcp_mem(const ConnectionPlan& plan, const SystemLimits& limits) {
  const std::uint64_t pages = plan.connections;
  return judged(
      {.subject = "net.ipv4.tcp_mem",
       .unit = "pages",
       .now = limits.tcp_mem ? std::optional((*limits.tcp_mem)[1]) : std::nullopt,
       .required = pages,
       .why = "the second number, above which buffers shrink: a page each while a message goes to all",
       .remedies = {fmt::format("sysctl -w net.ipv4.tcp_mem=\"{} {} {}\"", pages * 3 / 4, pages, pages * 3 / 2)}},
      Verdict::advice);
}

// ---- queues of newcomers

Finding judge_somaxconn(const ConnectionPlan& plan, const SystemLimits& limits) {
  Finding finding = {.subject = "net.core.somaxconn",
                     .now = limits.somaxconn,
                     .required = std::min<std::uint64_t>(plan.connections, supervisor::kListenBacklog),
                     .why =
                         "newcomers that wait for a worker; when all come at once, those beyond try again a "
                         "second later"};
  finding.remedies = {sysctl(finding.subject, supervisor::kListenBacklog)};
  return judged(std::move(finding), Verdict::advice);
}

Finding judge_syn_backlog(const ConnectionPlan& plan, const SystemLimits& limits) {
  Finding finding = {.subject = "net.ipv4.tcp_max_syn_backlog",
                     .now = limits.max_syn_backlog,
                     .required = std::min<std::uint64_t>(plan.connections, supervisor::kListenBacklog),
                     .why = "handshakes under way; it limits them only while net.ipv4.tcp_syncookies is 0"};
  finding.remedies = {sysctl(finding.subject, supervisor::kListenBacklog)};
  return judged(std::move(finding), limits.syncookies.value_or(0) != 0 ? Verdict::fine : Verdict::advice);
}

// ---- processes

Finding judge_processes(const ConnectionPlan& plan, std::string_view subject, std::optional<std::uint64_t> now,
                        std::string_view setting) {
  Finding finding = {.subject = subject,
                     .now = now,
                     .required = tasks_of(plan),
                     .why = "the supervisor, the workers, Redis and its threads"};
  finding.remedies = {fmt::format("{}={}  # [Service] of the unit", setting, std::bit_ceil(2 * finding.required))};
  return judged(std::move(finding), Verdict::obstacle);
}

// ---- what stands between the clients and the node

// A loaded module tracks nothing until a firewall rule asks for it.
Finding judge_conntrack(const ConnectionPlan& plan, const SystemLimits& limits) {
  const std::uint64_t tracked = limits.tracked.value_or(0);
  Finding finding = {.subject = "net.netfilter.nf_conntrack_max",
                     .now = limits.conntrack_max,
                     .required = plan.connections + tracked,
                     .why = tracked > 0
                                ? "the firewall tracks connections, and drops new ones when its table is full"
                                : "nothing is tracked now; a rule that tracks these connections would drop new ones"};
  finding.remedies = {sysctl_for(finding)};
  return judged(std::move(finding), tracked > 0 ? Verdict::obstacle : Verdict::advice);
}

Finding judge_local_ports(const ConnectionPlan& plan, const SystemLimits& limits) {
  const auto& range = limits.local_ports;
  const std::uint64_t ports = range && (*range)[1] >= (*range)[0] ? (*range)[1] - (*range)[0] + 1 : 1;
  Finding finding = {.subject = "net.ipv4.ip_local_port_range",
                     .unit = "ports",
                     .now = range ? std::optional(ports * plan.addresses) : std::nullopt,
                     .required = plan.connections,
                     .why = fmt::format("only behind a proxy, on its machine: it has so many ports towards {} listen "
                                        "address{}",
                                        plan.addresses, plan.addresses == 1 ? "" : "es")};
  if (kMostPorts * plan.addresses >= plan.connections)
    finding.remedies.emplace_back(R"(sysctl -w net.ipv4.ip_local_port_range="1024 65535")");
  finding.remedies.push_back(
      fmt::format("listen = [...]  # {} addresses for the proxy", quotient_up(plan.connections, ports)));
  return judged(std::move(finding), Verdict::advice);
}

}  // namespace

std::vector<Finding> judge(const ConnectionPlan& plan, const SystemLimits& limits) {
  std::vector<Finding> findings = {
      judge_descriptors(plan, limits), judge_nr_open(plan, limits),
      judge_file_max(plan, limits),    judge_processes(plan, "RLIMIT_NPROC", limits.processes, "LimitNPROC"),
      judge_memory(plan, limits),      judge_tcp_mem(plan, limits),
      judge_somaxconn(plan, limits),   judge_syn_backlog(plan, limits),
      judge_local_ports(plan, limits)};
  if (limits.group_memory) findings.push_back(judge_group_memory(plan, *limits.group_memory));
  if (limits.group_tasks)
    findings.push_back(judge_processes(plan, "pids.max of the control group", limits.group_tasks, "TasksMax"));
  if (limits.conntrack_max) findings.push_back(judge_conntrack(plan, limits));
  return findings;
}

}  // namespace belfry::tools
