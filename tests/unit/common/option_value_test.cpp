#include "common/option_value.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "common/duration.hpp"
#include "common/plain_text.hpp"

using namespace belfry;

namespace {

std::string error_of(const Field& field, const Rule& rule, const RawValue& value) {
  auto assigned = assign(field, rule, value);
  return assigned ? "no error" : assigned.error().message;
}

}  // namespace

TEST_CASE("a number is taken within its range, ends included") {
  std::uint32_t number = 7;
  const Rule rule = Range{1, 10};
  CHECK(assign(&number, rule, std::int64_t{10}));
  CHECK(number == 10);
  CHECK(assign(&number, rule, std::int64_t{1}));
  for (const std::int64_t wrong :
       {std::int64_t{0}, std::int64_t{11}, std::int64_t{-1}, INT64_MAX, INT64_MIN, std::int64_t{1} << 32 | 5})
    CHECK_FALSE(assign(&number, rule, wrong));
  CHECK(number == 1);
  CHECK(error_of(&number, rule, std::int64_t{11}) == " is 11, expected a whole number from 1 to 10");
  CHECK(error_of(&number, rule, true) == " is true, expected a whole number from 1 to 10");
  CHECK(error_of(&number, rule, Unusable{"a date or a time"}) ==
        " is a date or a time, expected a whole number from 1 to 10");
}

TEST_CASE("a word may stand for zero") {
  std::uint32_t workers = 7;
  const Rule rule = Range{1, 10, "auto"};
  CHECK(assign(&workers, rule, std::string("auto")));
  CHECK(workers == 0);
  CHECK(toml_value(&workers, rule) == "\"auto\"");
  CHECK(error_of(&workers, rule, std::int64_t{0}) == " is 0, expected a whole number from 1 to 10 or \"auto\"");
  CHECK_FALSE(assign(&workers, rule, std::string("")));
  CHECK_FALSE(assign(&workers, Range{1, 10}, std::string("")));
}

TEST_CASE("a number may be one of a few") {
  std::uint32_t code = 4100;
  const Rule rule = OneOf{{"4100", "4004"}};
  CHECK(assign(&code, rule, std::int64_t{4004}));
  CHECK(code == 4004);
  CHECK(error_of(&code, rule, std::int64_t{4200}) == " is 4200, expected 4100 or 4004");
}

TEST_CASE("durations are texts with a unit") {
  CHECK(parse_duration("250ms") == Milliseconds(250));
  CHECK(parse_duration("10s") == Seconds(10));
  CHECK(parse_duration("2m") == Seconds(120));
  CHECK(parse_duration("1h") == Seconds(3600));
  CHECK(parse_duration("0s") == Milliseconds(0));
  for (const char* wrong :
       {"", "s", "10", "10 s", "-1s", "+1s", "1.5s", "1d", "10S", "1s1s", "0x1s", "4294967296ms", "soon"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_duration(wrong));
  }
  for (const char* text : {"0s", "1ms", "1500ms", "90s", "2m", "24h"})
    CHECK(duration_text(*parse_duration(text)) == text);
}

TEST_CASE("a duration in bare numbers is refused with the form that is expected") {
  Milliseconds duration = Seconds(1);
  const Rule rule = Range{100, 60'000};
  CHECK(assign(&duration, rule, std::string("250ms")));
  CHECK(duration == Milliseconds(250));
  const std::string error = error_of(&duration, rule, std::int64_t{10});
  CHECK(error.find("is 10, expected a duration with its unit as text, such as \"250ms\"") != std::string::npos);
  CHECK(error.find("from 100ms to 1m") != std::string::npos);
  CHECK_FALSE(assign(&duration, rule, std::string("99ms")));
  CHECK_FALSE(assign(&duration, rule, std::string("61s")));
}

TEST_CASE("text and lists are UTF-8 without control characters") {
  for (const char* good : {"", "plain", "\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x94\x94", "\xf4\x8f\xbf\xbf"})
    CHECK(is_plain_text(good));
  for (const char* bad : {"\n", "\x7f", "\x80", "\xc0\x80", "\xc1\xbf", "\xc3", "\xe0\x80\x80", "\xed\xa0\x80",
                          "\xe2\x82", "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xc3x"}) {
    CAPTURE(std::string(bad));
    CHECK_FALSE(is_plain_text(bad));
  }
  std::string text = "before";
  CHECK_FALSE(assign(&text, Anything{}, std::string("\xff")));
  CHECK_FALSE(assign(&text, Anything{}, std::string("a\0b", 3)));
  CHECK(text == "before");
  std::vector<std::string> list;
  CHECK(error_of(&list, Anything{}, std::vector<std::string>{"a", "\x01"}).starts_with("[1]: "));
}

TEST_CASE("text that may be a secret is never quoted back") {
  std::string text;
  CHECK(error_of(&text, Anything{}, std::int64_t{12345}) == " is a number, expected text");
}

TEST_CASE("flags and variables: lists are separated by commas, booleans are words, numbers are digits") {
  std::vector<std::string> list;
  CHECK(assign(&list, Anything{}, raw_value(&list, "a, b ,c")));
  CHECK(list == std::vector<std::string>{"a", "b", "c"});
  CHECK(assign(&list, Anything{}, raw_value(&list, "")));
  CHECK(list.empty());
  bool flag = false;
  CHECK(assign(&flag, Anything{}, raw_value(&flag, "true")));
  CHECK(flag);
  CHECK(error_of(&flag, Anything{}, raw_value(&flag, "yes")) == " is \"yes\", expected true or false");
  std::uint32_t number = 0;
  CHECK(assign(&number, Range{0, 100}, raw_value(&number, "42")));
  for (const char* wrong : {"", "4x", " 4", "4 ", "+4", "0x4", "4.0", "99999999999999999999"}) {
    CAPTURE(wrong);
    CHECK_FALSE(assign(&number, Range{0, 100}, raw_value(&number, wrong)));
  }
}
