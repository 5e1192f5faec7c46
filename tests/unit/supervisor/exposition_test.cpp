#include "supervisor/exposition.hpp"

#include <doctest/doctest.h>

namespace belfry::supervisor {

TEST_CASE("a family has HELP, TYPE and its samples, with the prefix in front") {
  Exposition text("x_");
  text.begin_family("a_total", "counter", "what is counted");
  text.add({{"worker", "0"}, {"reason", "r"}}, std::uint64_t{18'446'744'073'709'551'615u});
  text.add({}, 0.25);
  CHECK(text.take() ==
        "# HELP x_a_total what is counted\n# TYPE x_a_total counter\n"
        "x_a_total{worker=\"0\",reason=\"r\"} 18446744073709551615\nx_a_total 0.25\n");
}

TEST_CASE("what would break a line is escaped, a quote in labels only") {
  Exposition text("");
  text.begin_family("a", "gauge", "one\ntwo \\ \"three\"");
  text.add({{"app_id", "a\"b\\c\nd"}}, std::uint64_t{1});
  CHECK(text.take() == "# HELP a one\\ntwo \\\\ \"three\"\n# TYPE a gauge\na{app_id=\"a\\\"b\\\\c\\nd\"} 1\n");
}

TEST_CASE("a histogram's buckets add up, and the last one has all") {
  Histogram histogram;
  histogram.record(100'000);         // on the bound
  histogram.record(100'001);         // just above
  histogram.record(60'000'000'000);  // above every bound
  Exposition text("");
  text.begin_family("h_seconds", "histogram", "h");
  text.add({{"worker", "1"}}, histogram);
  const std::string lines = text.take();
  for (const char* line :
       {"h_seconds_bucket{worker=\"1\",le=\"0.0001\"} 1\n", "le=\"0.00025\"} 2\n", "le=\"5\"} 2\n", "le=\"+Inf\"} 3\n",
        "h_seconds_count{worker=\"1\"} 3\n", "h_seconds_sum{worker=\"1\"} 60.000200001\n"})
    CHECK_MESSAGE(lines.find(line) != std::string::npos, line, lines);
}

}  // namespace belfry::supervisor
