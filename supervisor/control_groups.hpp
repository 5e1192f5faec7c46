// The control groups that this process is in, of cgroup v1 and v2, and the limits written there. A limit holds for a
// group and everything below it: the smallest on the way up counts.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::supervisor {

// The paths in the text of /proc/self/cgroup.
struct ControlGroups {
  std::string unified;                        // cgroup v2; "" where that hierarchy is absent
  std::map<std::string, std::string> legacy;  // cgroup v1: controller -> path
};
ControlGroups parse_control_groups(std::string_view proc_self_cgroup);

// `root` stands for "/", so that tests can have a /proc and a /sys of their own.
class ControlGroupLimits {
 public:
  // What the files in the directory of one group say; nullopt: no limit.
  using Read = std::function<std::optional<double>(const std::filesystem::path& group)>;

  explicit ControlGroupLimits(std::filesystem::path root);

  std::optional<double> unified(const Read& read) const;
  std::optional<double> legacy(const std::string& controller, const Read& read) const;

 private:
  std::filesystem::path mount_;
  ControlGroups groups_;
};

std::optional<double> smaller(std::optional<double> a, std::optional<double> b);

// The whole text of a file of /proc or /sys; "" where it cannot be read.
std::string text_of(const std::filesystem::path& file);

}  // namespace belfry::supervisor
