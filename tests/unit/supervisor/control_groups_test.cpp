#include "supervisor/control_groups.hpp"

#include <doctest/doctest.h>

#include <string>

#include "tests/unit/fake_root.hpp"

namespace belfry::supervisor {
namespace {

namespace fs = std::filesystem;

std::optional<double> number_in_limit(const fs::path& group) {
  const std::string text = text_of(group / "limit");
  return text.empty() ? std::nullopt : std::optional(std::stod(text));
}

TEST_CASE("the control groups of a process, unified, legacy and hybrid") {
  CHECK(parse_control_groups("0::/system.slice/belfry.service\n").unified == "/system.slice/belfry.service");
  ControlGroups hybrid = parse_control_groups("4:memory:/m\n2:cpu,cpuacct:/a:b\n1:name=systemd:/s\n0::/\n");
  CHECK(hybrid.unified == "/");
  CHECK(hybrid.legacy["cpu"] == "/a:b");
  CHECK(hybrid.legacy["cpuacct"] == "/a:b");
  CHECK(hybrid.legacy["memory"] == "/m");
  const ControlGroups none = parse_control_groups("nonsense\n");
  CHECK(none.unified.empty());
  CHECK(none.legacy.empty());
}

TEST_CASE("the smallest limit on the way up counts") {
  const FakeRoot root;
  root.write("proc/self/cgroup", "1:memory:/a\n0::/a/b\n");
  root.write("sys/fs/cgroup/limit", "30");
  root.write("sys/fs/cgroup/a/limit", "10");
  root.write("sys/fs/cgroup/a/b/limit", "20");
  root.write("sys/fs/cgroup/memory/a/limit", "5");
  const ControlGroupLimits limits(root.path());
  CHECK(limits.unified(number_in_limit) == 10);
  CHECK(limits.legacy("memory", number_in_limit) == 5);
  CHECK_FALSE(limits.legacy("cpu", number_in_limit));
}

TEST_CASE("without control groups there is no limit") {
  const FakeRoot root;
  CHECK_FALSE(ControlGroupLimits(root.path()).unified(number_in_limit));
}

TEST_CASE("the smaller of two limits, of which one may be absent") {
  CHECK(smaller(1, 2) == 1);
  CHECK(smaller(std::nullopt, 2) == 2);
  CHECK(smaller(1, std::nullopt) == 1);
  CHECK_FALSE(smaller(std::nullopt, std::nullopt));
}

}  // namespace
}  // namespace belfry::supervisor
