#include "tools/obstacle_report.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using namespace belfry::tools;

namespace {

constexpr ConnectionPlan kPlan = {.connections = 1'000, .workers = 1, .addresses = 1};

std::vector<Finding> one_of_each() {
  return {{.verdict = Verdict::fine, .subject = "a.fine", .now = 9, .required = 1},
          {.verdict = Verdict::advice, .subject = "a.page", .unit = "pages", .now = 1, .required = 9, .why = "slow"},
          {.verdict = Verdict::obstacle,
           .subject = "a.byte",
           .unit = "bytes",
           .now = 1'024,
           .required = 2'048,
           .why = "too little",
           .remedies = {"sysctl -w a.byte=2048"}},
          {.verdict = Verdict::not_known, .subject = "a.riddle", .required = 3}};
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("each finding says what it is now, what it has to be, why, and what mends it") {
  const std::string text = report_text(kPlan, one_of_each());
  CHECK(contains(text, "obstacle: a.byte is 1.0K, has to be 2.0K\n  too little\n    sysctl -w a.byte=2048\n"));
  CHECK(contains(text, "advice: a.page is 1 pages, should be 9 pages\n  slow\n"));
  CHECK(contains(text, "not known: a.riddle\nfine: a.fine\n"));
  CHECK(text.find("obstacle") < text.find("advice"));
  CHECK(contains(text, "/etc/sysctl.d/"));
}

TEST_CASE("where nothing is to be mended nothing is said about mending") {
  CHECK_FALSE(contains(report_text(kPlan, {one_of_each()[0]}), "sysctl"));
}

TEST_CASE("programs get numbers, and null for what is not known") {
  const auto json = report_json(kPlan, one_of_each());
  CHECK(json["connections"] == 1'000);
  CHECK(json["possible"] == false);
  CHECK(json["findings"].size() == 4);
  CHECK(json["findings"][2]["verdict"] == "obstacle");
  CHECK(json["findings"][2]["now"] == 1'024);
  CHECK(json["findings"][2]["remedies"][0] == "sysctl -w a.byte=2048");
  CHECK(json["findings"][3]["now"].is_null());
  CHECK(report_json(kPlan, {one_of_each()[1]})["possible"] == true);
}

TEST_CASE("the subjects of a verdict") {
  CHECK(subjects_of(one_of_each(), Verdict::obstacle) == "a.byte");
  CHECK(subjects_of({one_of_each()[0], one_of_each()[0]}, Verdict::fine) == "a.fine, a.fine");
  CHECK(subjects_of({}, Verdict::fine).empty());
}
