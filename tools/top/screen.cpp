#include "tools/top/screen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <ranges>
#include <string>

#include "tools/human.hpp"
#include "tools/top/table.hpp"

namespace belfry::tools {
namespace {

std::uint64_t rounded(double number) { return static_cast<std::uint64_t>(std::llround(std::max(number, 0.0))); }

std::string rate(double number) { return human_count(rounded(number)); }

std::string byte_rate(double number) { return human_bytes(rounded(number)); }

template <typename Row>
struct Column {
  TableColumn column;
  std::string (*cell)(const Row& row);
};

using W = WorkerRates;
using A = AppRates;

// clang-format off
const std::vector<Column<W>> kWorkerColumns = {
    {{"SLOT", false, 20},     [](const W& w) { return std::to_string(w.slot); }},
    {{"PID", false, 3},       [](const W& w) { return w.pid; }},
    {{"STATE", true, 16},     [](const W& w) { return w.state; }},
    {{"AGE", false, 2},       [](const W& w) { return human_seconds(w.age_s); }},
    {{"RESTARTS", false, 1},  [](const W& w) { return human_count(w.restarts); }},
    {{"CLIENTS", false, 19},  [](const W& w) { return std::to_string(w.clients); }},
    {{"MSG IN/s", false, 17}, [](const W& w) { return rate(w.traffic.messages_in); }},
    {{"OUT/s", false, 18},    [](const W& w) { return rate(w.traffic.messages_out); }},
    {{"B IN/s", false, 11},   [](const W& w) { return byte_rate(w.traffic.bytes_in); }},
    {{"OUT/s", false, 12},    [](const W& w) { return byte_rate(w.traffic.bytes_out); }},
    {{"MEMORY", false, 13},   [](const W& w) { return human_bytes(w.memory_bytes); }},
    {{"LAG", false, 15},      [](const W& w) { return human_microseconds(w.loop_lag_us); }},
    {{"REDIS", false, 14},
     [](const W& w) { return w.redis == "connected" ? human_microseconds(w.redis_latency_us) : w.redis; }},
};

const std::vector<Column<A>> kAppColumns = {
    {{"APP", true, 20},        [](const A& a) { return a.id; }},
    {{"CLIENTS", false, 19},   [](const A& a) { return std::to_string(a.clients); }},
    {{"NEW/s", false, 11},     [](const A& a) { return rate(a.connections); }},
    {{"MSG IN/s", false, 17},  [](const A& a) { return rate(a.traffic.messages_in); }},
    {{"OUT/s", false, 18},     [](const A& a) { return rate(a.traffic.messages_out); }},
    {{"B IN/s", false, 12},    [](const A& a) { return byte_rate(a.traffic.bytes_in); }},
    {{"OUT/s", false, 13},     [](const A& a) { return byte_rate(a.traffic.bytes_out); }},
    {{"API/s", false, 16},     [](const A& a) { return rate(a.api_calls); }},
    {{"REFUSED/s", false, 15}, [](const A& a) { return rate(a.refusals); }},
};
// clang-format on

template <typename Row>
std::vector<ScreenLine> table_of(const std::vector<Column<Row>>& columns, const std::vector<Row>& rows,
                                 std::size_t width, bool (*is_trouble)(const Row& row)) {
  std::vector<TableColumn> shown;
  for (const auto& column : columns) shown.push_back(column.column);
  TableRows cells;
  for (const Row& row : rows)
    for (auto& line = cells.emplace_back(); const auto& column : columns) line.push_back(column.cell(row));
  std::vector<ScreenLine> lines;
  for (std::string& text : table_lines(shown, cells, width)) {
    const bool trouble = !lines.empty() && is_trouble(rows[lines.size() - 1]);
    lines.push_back({std::move(text), trouble ? ScreenLine::Kind::trouble : ScreenLine::Kind::plain});
  }
  lines.front().kind = ScreenLine::Kind::title;
  return lines;
}

// What does not fit is counted in the last line.
void append_within(std::vector<ScreenLine>& lines, std::vector<ScreenLine> more, std::size_t room) {
  if (room < 2) return;
  if (more.size() > room) {
    const std::size_t missing = more.size() - room + 1;
    more.resize(room);
    more.back() = {fmt::format("and {} more", missing)};
  }
  std::ranges::move(more, std::back_inserter(lines));
}

// One behind the other, as many as there is room for; the first one in any case.
std::string joined_within(const std::vector<std::string>& parts, std::size_t width) {
  std::string text = parts.front();
  for (const std::string& part : parts | std::views::drop(1)) {
    if (text.size() + 2 + part.size() > width) break;
    text.append("  ").append(part);
  }
  return text;
}

std::vector<ScreenLine> head_of(const NodeRates& node, std::size_t width) {
  const bool well = node.state == "running" && node.redis == "connected";
  const std::vector<std::string> first = {
      fmt::format("belfry {} on {}", node.version, node.listen),
      fmt::format("{}, up {}", node.state, human_seconds(node.uptime_s)),
      fmt::format("redis {}, {}", node.redis, human_microseconds(node.redis_latency_us)),
      "memory " + human_bytes(node.memory_bytes), "node " + node.node.substr(0, 8)};
  const Traffic& traffic = node.traffic;
  const std::vector<std::string> second = {
      fmt::format("{} clients of {}", node.clients, node.capacity),
      fmt::format("messages {}/s in, {}/s out", rate(traffic.messages_in), rate(traffic.messages_out)),
      fmt::format("bytes {}/s in, {}/s out", byte_rate(traffic.bytes_in), byte_rate(traffic.bytes_out))};
  return {{joined_within(first, width), well ? ScreenLine::Kind::plain : ScreenLine::Kind::trouble},
          {joined_within(second, width)},
          {""}};
}

}  // namespace

std::vector<ScreenLine> screen_lines(const NodeRates& node, ScreenSize size) {
  std::vector<ScreenLine> lines = head_of(node, size.columns);
  const std::size_t room = size.rows - std::min(size.rows, lines.size() + 1);  // and the last line
  std::vector<ScreenLine> workers =
      table_of<W>(kWorkerColumns, node.workers, size.columns, [](const W& w) { return w.state != "running"; });
  std::vector<ScreenLine> apps = table_of<A>(kAppColumns, node.apps, size.columns, [](const A&) { return false; });
  const std::size_t for_apps = node.apps.empty() ? 0 : apps.size() + 1;
  const std::size_t for_workers = std::max(room - std::min(room, for_apps), room - room / 2);
  append_within(lines, std::move(workers), for_workers);
  const std::size_t left = size.rows - std::min(size.rows, lines.size() + 1);
  if (for_apps != 0 && left > 2) {
    lines.emplace_back();
    append_within(lines, std::move(apps), left - 1);
  }
  lines.resize(std::min(lines.size(), size.rows - std::min<std::size_t>(size.rows, 1)));
  if (size.rows > 0) lines.push_back({"q quits"});
  for (ScreenLine& line : lines) line.text = cut_to(line.text, size.columns);
  return lines;
}

std::string summary_titles() {
  return fmt::format("{:<9}{:<10}{:>8}{:>10}{:>10}{:>9}{:>9}{:>9}{:>8}{:>9}", "UPTIME", "STATE", "CLIENTS", "MSG IN/s",
                     "OUT/s", "B IN/s", "OUT/s", "MEMORY", "LAG", "REDIS");
}

std::string summary_line(const NodeRates& node) {
  const std::string redis = node.redis == "connected" ? human_microseconds(node.redis_latency_us) : node.redis;
  return fmt::format("{:<9}{:<10}{:>8}{:>10}{:>10}{:>9}{:>9}{:>9}{:>8}{:>9}", human_seconds(node.uptime_s), node.state,
                     node.clients, rate(node.traffic.messages_in), rate(node.traffic.messages_out),
                     byte_rate(node.traffic.bytes_in), byte_rate(node.traffic.bytes_out),
                     human_bytes(node.memory_bytes), human_microseconds(node.loop_lag_us), redis);
}

}  // namespace belfry::tools
