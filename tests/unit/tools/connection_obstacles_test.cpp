#include "tools/connection_obstacles.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

namespace belfry::tools {
namespace {

constexpr ConnectionPlan kPlan = {.connections = 100'000, .workers = 4, .addresses = 4};

// Of a machine with room for a hundred thousand connections.
SystemLimits ample() {
  SystemLimits limits;
  limits.descriptors = 524'288;
  limits.processes = kUnlimited;
  limits.nr_open = 1'048'576;
  limits.file_max = kUnlimited;
  limits.open_files = 1'000;
  limits.somaxconn = 4'096;
  limits.max_syn_backlog = 4'096;
  limits.syncookies = 1;
  limits.tcp_mem = {100'000, 150'000, 200'000};
  limits.memory_available = std::uint64_t{8} << 30;
  limits.local_ports = {32'768, 60'999};
  return limits;
}

Finding finding_of(std::string_view subject, const ConnectionPlan& plan, const SystemLimits& limits) {
  for (const Finding& finding : judge(plan, limits))
    if (finding.subject == subject) return finding;
  FAIL("no finding for " << subject);
  return {};
}

Finding finding_of(std::string_view subject, const SystemLimits& limits) { return finding_of(subject, kPlan, limits); }

bool offers(const Finding& finding, std::string_view line) {
  return std::ranges::any_of(finding.remedies, [&](const std::string& remedy) { return remedy.starts_with(line); });
}

TEST_CASE("a machine with room has only fine limits, and no remedies") {
  for (const Finding& finding : judge(kPlan, ample())) {
    CAPTURE(finding.subject);
    CHECK(finding.verdict == Verdict::fine);
    CHECK(finding.remedies.empty());
  }
}

TEST_CASE("too few descriptors: more of them, or more workers") {
  SystemLimits limits = ample();
  limits.descriptors = 20'000;
  const Finding finding = finding_of("RLIMIT_NOFILE", limits);
  CHECK(finding.verdict == Verdict::obstacle);
  CHECK(finding.now == 20'000);
  CHECK(finding.required == 25'804);  // a quarter, four deviations, 256
  CHECK(offers(finding, "LimitNOFILE=32768 "));
  CHECK(offers(finding, "workers = 6 "));
  limits.descriptors = 25'804;
  CHECK(finding_of("RLIMIT_NOFILE", limits).verdict == Verdict::fine);
}

TEST_CASE("no workers are offered where no number of them would do") {
  SystemLimits limits = ample();
  limits.descriptors = 100;
  CHECK(finding_of("RLIMIT_NOFILE", limits).remedies.size() == 1);
}

TEST_CASE("LimitNOFILE stays within fs.nr_open where that is enough") {
  SystemLimits limits = ample();
  limits.descriptors = 20'000;
  limits.nr_open = 30'000;
  CHECK(offers(finding_of("RLIMIT_NOFILE", limits), "LimitNOFILE=30000 "));
  CHECK(finding_of("fs.nr_open", limits).verdict == Verdict::fine);
  limits.nr_open = 20'000;
  CHECK(offers(finding_of("RLIMIT_NOFILE", limits), "LimitNOFILE=32768 "));
  CHECK(offers(finding_of("fs.nr_open", limits), "sysctl -w fs.nr_open=32768"));
}

TEST_CASE("the files of other programs count against fs.file-max") {
  SystemLimits limits = ample();
  limits.file_max = 102'024;
  CHECK(finding_of("fs.file-max", limits).verdict == Verdict::fine);
  limits.open_files = 1'001;
  const Finding finding = finding_of("fs.file-max", limits);
  CHECK(finding.verdict == Verdict::obstacle);
  CHECK(offers(finding, "sysctl -w fs.file-max=131072"));
}

TEST_CASE("memory that is not there is an obstacle, of the machine and of the control group") {
  SystemLimits limits = ample();
  limits.memory_available = 100 << 20;
  limits.group_memory = 200 << 20;
  CHECK(finding_of("MemAvailable", limits).verdict == Verdict::obstacle);
  const Finding finding = finding_of("memory.max of the control group", limits);
  CHECK(finding.verdict == Verdict::obstacle);
  CHECK(offers(finding, "MemoryMax=2G "));
}

TEST_CASE("short queues and few pages are advice") {
  SystemLimits limits = ample();
  limits.somaxconn = 128;
  limits.tcp_mem = {10, 20, 30};
  CHECK(finding_of("net.core.somaxconn", limits).verdict == Verdict::advice);
  CHECK(offers(finding_of("net.core.somaxconn", limits), "sysctl -w net.core.somaxconn=4096"));
  CHECK(finding_of("net.ipv4.tcp_mem", limits).verdict == Verdict::advice);
  CHECK(offers(finding_of("net.ipv4.tcp_mem", limits), R"(sysctl -w net.ipv4.tcp_mem="75000 100000 150000")"));
  CHECK(finding_of("net.core.somaxconn", {.connections = 100, .workers = 1}, limits).verdict == Verdict::fine);
}

TEST_CASE("the SYN backlog matters only without SYN cookies") {
  SystemLimits limits = ample();
  limits.max_syn_backlog = 512;
  CHECK(finding_of("net.ipv4.tcp_max_syn_backlog", limits).verdict == Verdict::fine);
  limits.syncookies = 0;
  CHECK(finding_of("net.ipv4.tcp_max_syn_backlog", limits).verdict == Verdict::advice);
}

TEST_CASE("a full table of a firewall in use is an obstacle, of an idle one advice, of an absent one nothing") {
  SystemLimits limits = ample();
  const auto count = judge(kPlan, limits).size();
  limits.conntrack_max = 65'536;
  CHECK(judge(kPlan, limits).size() == count + 1);
  CHECK(finding_of("net.netfilter.nf_conntrack_max", limits).verdict == Verdict::advice);
  limits.tracked = 40'000;
  const Finding finding = finding_of("net.netfilter.nf_conntrack_max", limits);
  CHECK(finding.verdict == Verdict::obstacle);
  CHECK(offers(finding, "sysctl -w net.netfilter.nf_conntrack_max=262144"));
}

TEST_CASE("the ports of a proxy are advice: a wider range where it is enough, else more addresses") {
  const Finding near = finding_of("net.ipv4.ip_local_port_range", {.connections = 60'000, .workers = 4}, ample());
  CHECK(near.verdict == Verdict::advice);
  CHECK(near.now == 28'232);
  CHECK(offers(near, "sysctl -w net.ipv4.ip_local_port_range="));
  CHECK(offers(near, "listen = [...]  # 3 addresses"));
  const Finding far = finding_of("net.ipv4.ip_local_port_range", {.connections = 100'000, .workers = 4}, ample());
  CHECK(far.remedies.size() == 1);
  CHECK(offers(far, "listen = [...]  # 4 addresses"));
}

TEST_CASE("more workers than processes are allowed") {
  SystemLimits limits = ample();
  limits.processes = 10;
  limits.group_tasks = 10;
  CHECK(offers(finding_of("RLIMIT_NPROC", limits), "LimitNPROC=32 "));
  CHECK(offers(finding_of("pids.max of the control group", limits), "TasksMax=32 "));
  CHECK(finding_of("RLIMIT_NPROC", {.connections = 100, .workers = 3}, limits).verdict == Verdict::fine);
}

TEST_CASE("what cannot be read is not known, and no obstacle") {
  for (const Finding& finding : judge(kPlan, SystemLimits())) {
    CAPTURE(finding.subject);
    CHECK(finding.verdict == Verdict::not_known);
    CHECK(finding.remedies.empty());
  }
}

}  // namespace
}  // namespace belfry::tools
