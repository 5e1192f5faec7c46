#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tools/top/node_rates.hpp"
#include "tools/top/screen.hpp"
#include "tools/top/table.hpp"

namespace belfry::tools {
namespace {

using Json = nlohmann::ordered_json;

Json status(double uptime_s, int messages, int workers = 2, int apps = 1) {
  Json all = {{"node", "00112233"},   {"version", "0.1.0"},       {"state", "running"},
              {"uptime_s", uptime_s}, {"listen", {"[::1]:9000"}}, {"redis", {{"state", "connected"}}},
              {"clients", 7},         {"capacity", 9000}};
  for (int slot = 0; slot < workers; ++slot)
    all["workers"].push_back({{"slot", slot},
                              {"pid", 4'194'304},
                              {"state", "running"},
                              {"redis", "connected"},
                              {"clients", 3},
                              {"totals", {{"messages_in", messages}, {"messages_out", 10 * messages}}},
                              {"rss_bytes", 1024},
                              {"loop_lag_us", 100 * slot}});
  for (int i = 0; i < apps; ++i)
    all["apps"].push_back({{"id", "app" + std::to_string(i)}, {"clients", i}, {"messages_in", messages}});
  return all;
}

std::string text_of(const std::vector<ScreenLine>& lines) {
  std::string text;
  for (const ScreenLine& line : lines) text += line.text + "\n";
  return text;
}

}  // namespace

TEST_CASE("rates are what has grown, by the node's own clock") {
  const NodeRates rates = node_rates(status(10, 100), status(12, 300));
  CHECK(rates.workers[0].traffic.messages_in == 100);
  CHECK(rates.traffic.messages_in == 200);
  CHECK(rates.traffic.messages_out == 2000);
  CHECK(rates.apps[0].traffic.messages_in == 100);
  CHECK(rates.loop_lag_us == 100);
  CHECK(rates.memory_bytes == 2048);
}

TEST_CASE("before anything can be compared, nothing has happened") {
  CHECK(node_rates(nullptr, status(10, 100)).traffic.messages_in == 0);
  Json other = status(11, 300);
  other["node"] = "44556677";
  CHECK(node_rates(status(10, 100), other).traffic.messages_in == 0);
}

TEST_CASE("apps with most clients come first") { CHECK(node_rates(nullptr, status(1, 1, 1, 3)).apps[0].id == "app2"); }

TEST_CASE("the head leaves out what there is no room for, whole") {
  const NodeRates rates = node_rates(nullptr, status(1, 1));
  const auto head = [&](std::size_t columns) {
    return screen_lines(rates, {.columns = columns, .rows = 24}).front().text + "  ";
  };
  const std::string whole = head(120);
  CHECK(whole.ends_with("  node 00112233  "));
  for (std::size_t columns = 30; columns < 120; ++columns) CHECK(whole.starts_with(head(columns)));
}

TEST_CASE("a table drops its least important columns where there is no room") {
  const std::vector<TableColumn> columns = {{"A", true, 3}, {"BB", false, 1}, {"C", false, 2}};
  const TableRows rows = {{"aaaa", "1", "22"}};
  CHECK(table_lines(columns, rows, 80) == std::vector<std::string>{"A     BB   C", "aaaa   1  22"});
  CHECK(table_lines(columns, rows, 11) == std::vector<std::string>{"A      C", "aaaa  22"});
  CHECK(table_lines(columns, rows, 3) == std::vector<std::string>{"A  ", "aaa"});
}

TEST_CASE("a character of several bytes is one wide") {
  CHECK(width_of("a\u00e4\u2603") == 3);
  CHECK(cut_to("a\u00e4\u2603", 2) == "a\u00e4");
}

TEST_CASE("the screen fills no more than it has, whatever its size") {
  const NodeRates rates = node_rates(status(1, 1, 30, 30), status(2, 2, 30, 30));
  for (const ScreenSize size : {ScreenSize{80, 24}, {200, 50}, {20, 5}, {1, 1}, {0, 0}, {40, 2}, {300, 200}}) {
    const auto lines = screen_lines(rates, size);
    CHECK(lines.size() <= size.rows);
    for (const ScreenLine& line : lines) CHECK(width_of(line.text) <= size.columns);
  }
}

TEST_CASE("a screen of 80 columns shows all that moves, one of 200 everything") {
  const NodeRates rates = node_rates(status(1, 1), status(2, 2));
  const std::string narrow = text_of(screen_lines(rates, {80, 24})), wide = text_of(screen_lines(rates, {200, 50}));
  for (const char* title : {"SLOT", "CLIENTS", "MSG IN/s", "MEMORY", "LAG", "REDIS", "APP", "API/s", "q quits"})
    CHECK_MESSAGE(narrow.find(title) != std::string::npos, title, narrow);
  CHECK(narrow.find("RESTARTS") == std::string::npos);
  CHECK(wide.find("RESTARTS") != std::string::npos);
}

TEST_CASE("workers and apps that have no room are counted") {
  const NodeRates rates = node_rates(status(1, 1, 30, 30), status(2, 2, 30, 30));
  const std::string text = text_of(screen_lines(rates, {80, 24}));
  CHECK(text.find("and 22 more") != std::string::npos);
  CHECK(text.find("app29") != std::string::npos);
}

TEST_CASE("without a terminal, a line has what its titles say") {
  const NodeRates rates = node_rates(status(1, 1), status(61, 61));
  CHECK(summary_titles().size() == summary_line(rates).size());
  CHECK(summary_line(rates).starts_with("1m       running "));
}

}  // namespace belfry::tools
