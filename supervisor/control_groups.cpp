#include "supervisor/control_groups.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>

namespace belfry::supervisor {
namespace {

namespace fs = std::filesystem;

std::optional<double> smallest(const fs::path& mount, const std::string& group, const ControlGroupLimits::Read& read) {
  std::optional<double> limit;
  if (group.empty()) return limit;
  for (fs::path relative = fs::path(group).relative_path();; relative = relative.parent_path()) {
    limit = smaller(limit, read(mount / relative));
    if (relative.empty()) return limit;
  }
}

}  // namespace

ControlGroups parse_control_groups(std::string_view text) {
  ControlGroups groups;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {  // HIERARCHY:CONTROLLERS:PATH
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string path = line.substr(second + 1);
    std::istringstream controllers(line.substr(first + 1, second - first - 1));
    if (line.starts_with("0::")) groups.unified = path;
    for (std::string controller; std::getline(controllers, controller, ',');) groups.legacy[controller] = path;
  }
  return groups;
}

ControlGroupLimits::ControlGroupLimits(fs::path root)
    : mount_(root / "sys/fs/cgroup"), groups_(parse_control_groups(text_of(root / "proc/self/cgroup"))) {}

std::optional<double> ControlGroupLimits::unified(const Read& read) const {
  return smallest(mount_, groups_.unified, read);
}

std::optional<double> ControlGroupLimits::legacy(const std::string& controller, const Read& read) const {
  const auto group = groups_.legacy.find(controller);
  return group == groups_.legacy.end() ? std::nullopt : smallest(mount_ / controller, group->second, read);
}

std::optional<double> smaller(std::optional<double> a, std::optional<double> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

std::string text_of(const fs::path& file) {
  std::ifstream stream(file);
  std::ostringstream text;
  text << stream.rdbuf();
  return std::move(text).str();
}

}  // namespace belfry::supervisor
