#include "tools/status_table.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <string_view>

using belfry::tools::status_table;
using nlohmann::ordered_json;

namespace {

ordered_json worker(int slot) {
  return {{"slot", slot},
          {"pid", 4'194'304},
          {"state", "running"},
          {"age_s", 860'000.0},
          {"restarts", 12},
          {"last_obituary", nullptr},
          {"clients", 100'000},
          {"messages_in", 1'234'567},
          {"messages_out", 99'999'999},
          {"bytes_in", 1'000'000},
          {"bytes_out", 5'000'000'000},
          {"loop_lag_us", 1'234},
          {"takes_connections", true},
          {"share", 0.5},
          {"rss_bytes", 123'456'789}};
}

ordered_json status() {
  return {{"node", "00112233445566778899aabbccddeeff"},
          {"version", "0.1.0"},
          {"pid", 7},
          {"state", "running"},
          {"uptime_s", 61.5},
          {"listen", {"127.0.0.1:9000", "[::1]:9000"}},
          {"redis", {{"state", "connected"}, {"managed", true}, {"pid", 8}}},
          {"clients", 200'000},
          {"capacity", 1'234'567},
          {"balance",
           {{"policy", "least"},
            {"in_effect", "least"},
            {"spread", {{"min", 99'000}, {"max", 101'000}, {"mean", 100'000.0}}},
            {"rebalance", nullptr}}},
          {"workers", {worker(0), worker(1)}}};
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("the table fits 100 columns with large numbers") {
  ordered_json wide = status();
  wide["workers"][0]["state"] = "backing_off";
  std::istringstream lines(status_table(wide, false));
  for (std::string line; std::getline(lines, line);) {
    CAPTURE(line);
    CHECK(line.size() <= 100);
  }
}

TEST_CASE("where the agent answers is shown, where there is one") {
  ordered_json with_agent = status();
  with_agent["agent"] = "127.0.0.1:9100";
  CHECK(contains(status_table(with_agent, false), "agent    127.0.0.1:9100\n"));
  with_agent["agent"] = nullptr;
  CHECK_FALSE(contains(status_table(with_agent, false), "agent"));
}

TEST_CASE("node, addresses, Redis and workers are shown") {
  const std::string text = status_table(status(), false);
  CHECK(contains(text, "00112233445566778899aabbccddeeff"));
  CHECK(contains(text, "127.0.0.1:9000, [::1]:9000"));
  CHECK(contains(text, "connected, managed, pid 8"));
  CHECK(contains(text, "200000 of 1234567"));
  CHECK(contains(text, "100000"));
  CHECK(contains(text, "118M"));
  CHECK_FALSE(contains(text, "\x1b"));
}

TEST_CASE("what is missing is shown as missing, and why") {
  ordered_json broken = status();
  broken["redis"] = {{"state", "away"}, {"reason", "Connection refused"}, {"managed", false}};
  broken["workers"][1]["pid"] = nullptr;
  broken["workers"][1]["state"] = "failed";
  broken["workers"][1]["last_obituary"] = "pid 9 killed by signal 11";
  const std::string text = status_table(broken, false);
  CHECK(contains(text, "away: Connection refused"));
  CHECK(contains(text, "failed"));
  CHECK(contains(text, "last of worker 1: pid 9 killed by signal 11"));
}

TEST_CASE("the spread of clients and of new connections is shown, and who gets none") {
  CHECK(contains(status_table(status(), false), "least, 99000 to 101000 clients a worker, 50% of new ones each\n"));
  ordered_json uneven = status();
  uneven["workers"][0]["share"] = 0.25;
  uneven["workers"][1]["share"] = 0.75;
  uneven["balance"]["rebalance"] = {{"clients", 300}, {"left_s", 12.5}};
  CHECK(contains(status_table(uneven, false), "25% to 75% of new ones; moving 300, 12s left\n"));
  uneven["workers"][1]["takes_connections"] = false;
  CHECK(contains(status_table(uneven, false), "25% of new ones each, none for 1"));
}

TEST_CASE("a refusal of the kernel is shown with what spreads instead") {
  ordered_json refused = status();
  refused["balance"]["in_effect"] = "hash";
  refused["balance"]["refusal"] = "not permitted";
  CHECK(contains(status_table(refused, false), "least, but hash in effect: not permitted"));
}

TEST_CASE("colours change no column") {
  std::string coloured = status_table(status(), true);
  CHECK(contains(coloured, "\x1b[32m"));
  for (auto at = coloured.find('\x1b'); at != std::string::npos; at = coloured.find('\x1b'))
    coloured.erase(at, coloured.find('m', at) - at + 1);
  CHECK(coloured == status_table(status(), false));
}

TEST_CASE("an answer that is no status is an exception of the JSON library") {
  CHECK_THROWS_AS(status_table(ordered_json::object(), false), nlohmann::json::exception);
  ordered_json wrong = status();
  wrong["workers"] = "none";
  CHECK_THROWS_AS(status_table(wrong, false), nlohmann::json::exception);
}

TEST_CASE("TLS is a line where it is spoken") {
  ordered_json with_tls = status();
  with_tls["tls"] = nullptr;
  CHECK_FALSE(contains(status_table(with_tls, false), "certificate"));
  with_tls["tls"] = {{"listen", {"127.0.0.1:9443"}}, {"certificate_expires", 1'800'000'000}};
  CHECK(contains(status_table(with_tls, false), "127.0.0.1:9443, certificate valid until 2027-01-15\n"));
}
