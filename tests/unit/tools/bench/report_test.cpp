#include "tools/bench/report.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <optional>

using namespace belfry::bench;

TEST_CASE("a figure is in the lines and in the object, where its path says") {
  Report report;
  report.heading("bench of something");
  report.count("deliveries.received", "received", 1'234'567);
  report.number("server.cpu_us", "server CPU", 5.4321, " us");
  report.bytes("server.pss_bytes", "memory", 2048);
  CHECK(report.json().dump() == R"({"deliveries":{"received":1234567},"server":{"cpu_us":5.43,"pss_bytes":2048}})");
  CHECK(report.lines() ==
        "bench of something\n  received    1,234,567\n  server CPU  5.43 us\n  memory      2,048 B\n");
}

TEST_CASE("what was not measured is in neither") {
  Report report;
  report.number("a", "a", std::nullopt, "");
  report.number("b", "b", 0.0 / 0.0, "");
  report.bytes("c", "c", std::nullopt);
  report.latency("d", "d", *std::make_unique<Histogram>());
  report.text("e", "e", "");
  CHECK(report.json().empty());
  CHECK(report.lines().empty());
}

TEST_CASE("a figure without a label is for programs only") {
  Report report;
  report.count("processes", "", 2);
  report.flag("interrupted", "interrupted", false);
  CHECK(report.json().dump() == R"({"processes":2,"interrupted":false})");
  CHECK(report.lines().empty());
}

TEST_CASE("latencies are told in milliseconds, with three digits that count") {
  Report report;
  const auto histogram = std::make_unique<Histogram>();
  histogram->record(1'234'567);
  report.latency("latency_ms", "latency", *histogram);
  CHECK(report.json()["latency_ms"]["count"] == 1);
  CHECK(report.json()["latency_ms"]["p99.9"] == 1.23);
  CHECK(report.lines() == "  latency  p50 1.23   p90 1.23   p99 1.23   p99.9 1.23   max 1.23 ms\n");
}
