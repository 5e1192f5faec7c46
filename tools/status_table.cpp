#include "tools/status_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/tls_identity.hpp"
#include "tools/human.hpp"

namespace belfry::tools {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kGreen = "\x1b[32m";
constexpr std::string_view kYellow = "\x1b[33m";
constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kPlain = "\x1b[0m";

std::uint64_t count_of(const Json& worker, const char* field) { return worker.value(field, std::uint64_t{0}); }

// nullopt of the server comes as null.
std::string text_of(const Json& object, const char* field, const char* absent) {
  const auto found = object.find(field);
  if (found == object.end() || found->is_null()) return absent;
  return found->is_string() ? found->get<std::string>() : found->dump();
}

struct Column {
  std::string_view title;
  bool is_text;
  std::string (*cell)(const Json& worker);
};

constexpr std::string_view kStateTitle = "STATE";

constexpr std::array kColumns = {
    Column{"SLOT", false, [](const Json& w) { return text_of(w, "slot", "?"); }},
    Column{"PID", false, [](const Json& w) { return text_of(w, "pid", "-"); }},
    Column{kStateTitle, true, [](const Json& w) { return text_of(w, "state", "?"); }},
    Column{"AGE", false, [](const Json& w) { return human_seconds(w.value("age_s", 0.0)); }},
    Column{"RESTARTS", false, [](const Json& w) { return human_count(count_of(w, "restarts")); }},
    Column{"CLIENTS", false, [](const Json& w) { return std::to_string(count_of(w, "clients")); }},
    Column{"MSG IN", false, [](const Json& w) { return human_count(count_of(w, "messages_in")); }},
    Column{"MSG OUT", false, [](const Json& w) { return human_count(count_of(w, "messages_out")); }},
    Column{"IN", false, [](const Json& w) { return human_bytes(count_of(w, "bytes_in")); }},
    Column{"OUT", false, [](const Json& w) { return human_bytes(count_of(w, "bytes_out")); }},
    Column{"MEMORY", false, [](const Json& w) { return human_bytes(count_of(w, "rss_bytes")); }},
    Column{"LAG", false, [](const Json& w) { return human_microseconds(count_of(w, "loop_lag_us")); }},
};

std::string_view colour_of(std::string_view state) {
  if (state == "running" || state == "connected") return kGreen;
  return state == "failed" || state == "away" || state == "backing_off" || state == "killing" ? kRed : kYellow;
}

class Table {
 public:
  Table(const Json& status, bool colours) : status_(status), colours_(colours) {}

  std::string text() {
    append_head();
    append_workers();
    append_obituaries();
    return std::move(text_);
  }

 private:
  void append_head() {
    append_line("node", fmt::format("{}, belfry {}, pid {}", text_of(status_, "node", "?"),
                                    text_of(status_, "version", "?"), text_of(status_, "pid", "?")));
    if (const std::string others = other_versions(); !others.empty()) append_line("upgraded", others);
    const std::string state = text_of(status_, "state", "?");
    append_line("state", fmt::format("{}, up {}", painted(state, colour_of(state)),
                                     human_seconds(status_.value("uptime_s", 0.0))));
    append_line("listen", addresses_of(status_));
    if (const Json tls = status_.value("tls", Json()); tls.is_object())
      append_line("tls", addresses_of(tls) + ", certificate " +
                             validity_text(tls.value("certificate_expires", std::int64_t{0})));
    if (const std::string agent = text_of(status_, "agent", ""); !agent.empty()) append_line("agent", agent);
    append_line("redis", redis_text(status_.at("redis")));
    append_line("cluster", cluster_text(status_.at("workers")));
    append_line("clients",
                fmt::format("{} of {}", text_of(status_, "clients", "0"), text_of(status_, "capacity", "?")));
    append_line("balance", balance_text(status_));
    append_line("metrics", metrics_text(status_.value("metrics", Json::object())));
    text_ += "\n";
  }

  static std::string addresses_of(const Json& json) {
    return fmt::format("{}", fmt::join(json.value("listen", std::vector<std::string>()), ", "));
  }

  // Of workers that are not of the supervisor's version.
  std::string other_versions() const {
    std::vector<std::string> others;
    for (const Json& worker : status_.at("workers")) {
      const std::string version = text_of(worker, "version", "");
      if (!version.empty() && version != text_of(status_, "version", ""))
        others.push_back(fmt::format("worker {}: {}", text_of(worker, "slot", "?"), version));
    }
    return fmt::format("{}", fmt::join(others, ", "));
  }

  std::string redis_text(const Json& redis) const {
    const std::string state = text_of(redis, "state", "?");
    std::string text = painted(state, colour_of(state));
    if (redis.value("managed", false)) text += fmt::format(", managed, pid {}", text_of(redis, "pid", "-"));
    if (const std::uint64_t us = longest_answer_us(); us != 0) text += ", answers within " + human_microseconds(us);
    if (const std::string reason = text_of(redis, "reason", ""); !reason.empty()) text += ": " + reason;
    return text;
  }

  static std::string metrics_text(const Json& metrics) {
    const std::string address = text_of(metrics, "listen", "");
    if (!address.empty()) return fmt::format("http://{}/metrics", address);
    const std::string refusal = text_of(metrics, "refusal", "");
    return refusal.empty() ? "off" : "off: " + refusal;
  }

  std::uint64_t longest_answer_us() const {
    std::uint64_t longest = 0;
    for (const Json& worker : status_.at("workers")) longest = std::max(longest, count_of(worker, "redis_latency_us"));
    return longest;
  }

  // How the workers stand as owners of rows in Redis.
  static std::string cluster_text(const Json& workers) {
    std::size_t leases = 0;
    std::uint64_t oldest = ~std::uint64_t{0}, newest = 0;  // epoch
    std::optional<double> swept_ago_s;
    std::uint64_t sweeps = 0, repairs = 0, losses = 0;
    for (const Json& worker : workers) {
      const Json owner = worker.value("owner", Json::object());
      leases += count_of(owner, "lease_left_ms") > 0 ? 1 : 0;
      oldest = std::min(oldest, count_of(owner, "epoch"));
      newest = std::max(newest, count_of(owner, "epoch"));
      if (const Json ago = owner.value("last_sweep_ago_s", Json()); ago.is_number())
        swept_ago_s = std::min(ago.get<double>(), swept_ago_s.value_or(ago.get<double>()));
      sweeps += count_of(worker, "sweeps");
      repairs += count_of(worker, "rows_repaired") + count_of(worker, "rosters_repaired");
      losses += count_of(worker, "data_losses") + count_of(worker, "declared_dead");
    }
    const std::string last = swept_ago_s ? fmt::format(", the last {} ago", human_seconds(*swept_ago_s)) : "";
    const std::string epochs =
        oldest < newest ? fmt::format("epochs {} to {}", oldest, newest) : fmt::format("epoch {}", newest);
    return fmt::format("leases {} of {}, {}, sweeps {}{}, repairs {}, losses {}", leases, workers.size(), epochs,
                       sweeps, last, repairs, losses);
  }

  static std::string balance_text(const Json& status) {
    const Json& balance = status.at("balance");
    std::string text = text_of(balance, "policy", "?");
    if (const std::string refusal = text_of(balance, "refusal", ""); !refusal.empty())
      text += fmt::format(", but {} in effect: {}", text_of(balance, "in_effect", "?"), refusal);
    if (const Json& spread = balance.at("spread"); spread.is_object())
      text += fmt::format(", {} to {} clients a worker, {}", count_of(spread, "min"), count_of(spread, "max"),
                          shares_text(status.at("workers")));
    if (const Json& rebalance = balance.at("rebalance"); rebalance.is_object())
      text += fmt::format("; moving {}, {} left", count_of(rebalance, "clients"),
                          human_seconds(rebalance.value("left_s", 0.0)));
    return text;
  }

  // Of the new connections: how much a worker gets, and who gets nothing.
  static std::string shares_text(const Json& workers) {
    double least = 1, most = 0;
    std::vector<std::string> out;
    for (const Json& worker : workers) {
      if (!worker.value("takes_connections", true)) {
        out.push_back(text_of(worker, "slot", "?"));
        continue;
      }
      least = std::min(least, worker.value("share", 0.0));
      most = std::max(most, worker.value("share", 0.0));
    }
    const std::string nothing = out.empty() ? "" : fmt::format(", none for {}", fmt::join(out, ", "));
    const int low = percent(least), high = percent(most);
    return low == high ? fmt::format("{}% of new ones each{}", low, nothing)
                       : fmt::format("{}% to {}% of new ones{}", low, high, nothing);
  }

  static int percent(double share) { return static_cast<int>(share * 100 + 0.5); }

  void append_workers() {
    std::vector<std::vector<std::string>> rows(1);
    for (const Column& column : kColumns) rows[0].emplace_back(column.title);
    for (const Json& worker : status_.at("workers"))
      for (auto& row = rows.emplace_back(); const Column& column : kColumns) row.push_back(column.cell(worker));
    for (std::size_t i = 0; i < rows.size(); ++i) append_row(rows[i], widths_of(rows), i == 0);
  }

  static std::vector<std::size_t> widths_of(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths(kColumns.size());
    for (const auto& row : rows)
      for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    return widths;
  }

  void append_row(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths, bool is_head) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::string cell =
          kColumns[i].is_text ? fmt::format("{:<{}}", cells[i], widths[i]) : fmt::format("{:>{}}", cells[i], widths[i]);
      const bool is_state = !is_head && kColumns[i].title == kStateTitle;
      text_ += i == 0 ? "" : "  ";
      text_ += is_head ? painted(cell, kBold) : is_state ? painted(cell, colour_of(cells[i])) : cell;
    }
    text_ += "\n";
  }

  void append_obituaries() {
    std::string_view separator = "\n";
    for (const Json& worker : status_.at("workers")) {
      const std::string obituary = text_of(worker, "last_obituary", "");
      if (obituary.empty()) continue;
      text_ += fmt::format("{}last of worker {}: {}\n", separator, text_of(worker, "slot", "?"), obituary);
      separator = "";
    }
  }

  void append_line(std::string_view name, const std::string& value) { text_ += fmt::format("{:<8} {}\n", name, value); }

  std::string painted(const std::string& text, std::string_view colour) const {
    return colours_ ? fmt::format("{}{}{}", colour, text, kPlain) : text;
  }

  const Json& status_;
  bool colours_;
  std::string text_;
};

}  // namespace

std::string status_table(const Json& status, bool colours) { return Table(status, colours).text(); }

}  // namespace belfry::tools
