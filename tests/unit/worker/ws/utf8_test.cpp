#include "worker/ws/utf8.hpp"

#include <doctest/doctest.h>

#include <string>

namespace belfry::ws {
namespace {

std::span<const std::uint8_t> bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// How many bytes are taken before the validator refuses; npos: all of them.
std::size_t refused_at(std::string_view text) {
  Utf8Validator validator;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (!validator.feed(bytes(text.substr(i, 1)))) return i;
  return std::string_view::npos;
}

}  // namespace

TEST_CASE("valid characters of each length pass, byte by byte") {
  for (const std::string_view text : {"a", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
                                      "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    CHECK(refused_at(text) == std::string_view::npos);
    CHECK(is_utf8(text));
  }
}

TEST_CASE("what no later byte can mend is refused at that byte") {
  CHECK(refused_at("\x80") == 0);              // a continuation without a beginning
  CHECK(refused_at("\xc0\x80") == 0);          // overlong
  CHECK(refused_at("\xe0\x9f\xbf") == 1);      // overlong
  CHECK(refused_at("\xed\xa0\x80") == 1);      // a surrogate
  CHECK(refused_at("\xf0\x8f\xbf\xbf") == 1);  // overlong
  CHECK(refused_at("\xf4\x90\x80\x80") == 1);  // above U+10FFFF
  CHECK(refused_at("\xf5") == 0);
  CHECK(refused_at("ab\xe2\x82z") == 4);  // a character cut short
}

TEST_CASE("a text that ends inside a character is not complete") {
  Utf8Validator validator;
  CHECK(validator.feed(bytes("\xe2\x82")));
  CHECK_FALSE(validator.complete());
  CHECK(validator.feed(bytes("\xac")));
  CHECK(validator.complete());
}

TEST_CASE("piecewise and whole validation agree on every two-byte and many three-byte texts") {
  for (unsigned a = 0; a < 256; ++a)
    for (unsigned b = 0; b < 256; ++b)
      for (const char last : {'x', '\x80', '\xbf'}) {
        const std::string text = {static_cast<char>(a), static_cast<char>(b), last};
        Utf8Validator validator;
        REQUIRE((validator.feed(bytes(text)) && validator.complete()) == is_utf8(text));
      }
}

}  // namespace belfry::ws
