#include "tools/system_limits.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>

#include "tests/unit/fake_root.hpp"

namespace belfry::tools {
namespace {

TEST_CASE("the limits of the process") {
  const FakeRoot root;
  root.write("proc/self/limits",
             "Limit                     Soft Limit           Hard Limit           Units     \n"
             "Max processes             96365                unlimited            processes \n"
             "Max open files            1024                 524288               files     \n");
  const SystemLimits limits = read_system_limits(root.path());
  CHECK(limits.descriptors == 524'288);
  CHECK(limits.processes == 96'365);
  root.write("proc/self/limits", "Max open files            unlimited            unlimited            files     \n");
  CHECK(read_system_limits(root.path()).descriptors == kUnlimited);
}

TEST_CASE("the sysctls") {
  const FakeRoot root;
  root.write("proc/sys/fs/nr_open", "1048576\n");
  root.write("proc/sys/fs/file-max", "9223372036854775807\n");
  root.write("proc/sys/fs/file-nr", "377\t0\t2466177\n");
  root.write("proc/sys/net/core/somaxconn", "128\n");
  root.write("proc/sys/net/ipv4/tcp_max_syn_backlog", "512\n");
  root.write("proc/sys/net/ipv4/tcp_syncookies", "1\n");
  root.write("proc/sys/net/ipv4/tcp_mem", "100\t200\t300\n");
  root.write("proc/sys/net/ipv4/ip_local_port_range", "32768\t60999\n");
  root.write("proc/sys/net/netfilter/nf_conntrack_max", "262144\n");
  root.write("proc/sys/net/netfilter/nf_conntrack_count", "5\n");
  const SystemLimits limits = read_system_limits(root.path());
  CHECK(limits.nr_open == 1'048'576);
  CHECK(limits.file_max == 9'223'372'036'854'775'807u);
  CHECK(limits.open_files == 377);
  CHECK(limits.somaxconn == 128);
  CHECK(limits.max_syn_backlog == 512);
  CHECK(limits.syncookies == 1);
  CHECK((limits.tcp_mem && *limits.tcp_mem == std::array<std::uint64_t, 3>{100, 200, 300}));
  CHECK((limits.local_ports && *limits.local_ports == std::array<std::uint64_t, 2>{32'768, 60'999}));
  CHECK(limits.conntrack_max == 262'144);
  CHECK(limits.tracked == 5);
}

TEST_CASE("memory of the machine and of the control group, whichever cgroup version") {
  const FakeRoot root;
  root.write("proc/meminfo", "MemTotal:       24684092 kB\nMemAvailable:   1024 kB\n");
  root.write("proc/self/cgroup", "2:memory:/m\n0::/a/b\n");
  root.write("sys/fs/cgroup/a/memory.max", "1000000\n");
  root.write("sys/fs/cgroup/a/pids.max", "33\n");
  root.write("sys/fs/cgroup/a/b/memory.max", "max\n");
  root.write("sys/fs/cgroup/memory/m/memory.limit_in_bytes", "9223372036854771712\n");
  SystemLimits limits = read_system_limits(root.path());
  CHECK(limits.memory_available == 1'048'576);
  CHECK(limits.group_memory == 1'000'000);
  CHECK(limits.group_tasks == 33);
  root.write("sys/fs/cgroup/memory/m/memory.limit_in_bytes", "4096\n");
  CHECK(read_system_limits(root.path()).group_memory == 4'096);
}

TEST_CASE("where nothing can be read nothing is known") {
  const FakeRoot root;
  root.write("proc/sys/net/ipv4/tcp_mem", "100 200\n");
  root.write("proc/sys/fs/nr_open", "many\n");
  const SystemLimits limits = read_system_limits(root.path());
  CHECK_FALSE(limits.descriptors);
  CHECK_FALSE(limits.nr_open);
  CHECK_FALSE(limits.tcp_mem);
  CHECK_FALSE(limits.memory_available);
  CHECK_FALSE(limits.group_memory);
  CHECK_FALSE(limits.conntrack_max);
}

TEST_CASE("the limits of this machine can be read") { CHECK(read_system_limits().descriptors); }

}  // namespace
}  // namespace belfry::tools
