#include "tools/line_splitter.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using belfry::tools::LineSplitter;
using Lines = std::vector<std::string>;

TEST_CASE("lines come whole, however their bytes are cut") {
  Lines lines;
  LineSplitter splitter([&](std::string_view line) { lines.emplace_back(line); });
  splitter.feed("on");
  CHECK(lines.empty());
  splitter.feed("e\n\ntwo\nth");
  CHECK(lines == Lines{"one", "", "two"});
  splitter.feed("ree");
  splitter.finish();
  CHECK(lines == Lines{"one", "", "two", "three"});
}

TEST_CASE("a last line that is ended makes no further one") {
  Lines lines;
  LineSplitter splitter([&](std::string_view line) { lines.emplace_back(line); });
  splitter.feed("one\n");
  splitter.finish();
  CHECK(lines == Lines{"one"});
}
