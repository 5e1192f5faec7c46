#include "common/keyed_hash.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace belfry {
namespace {

// Bits that differ when one bit of the text does, on average over all of its bits.
double changed_bits(std::string text) {
  const std::size_t before = KeyedHash()(text);
  int changed = 0;
  for (char& c : text) {
    for (int bit = 0; bit < 8; ++bit) {
      c = static_cast<char>(c ^ (1 << bit));
      changed += __builtin_popcountll(before ^ KeyedHash()(text));
      c = static_cast<char>(c ^ (1 << bit));
    }
  }
  return changed / (8.0 * static_cast<double>(text.size()));
}

TEST_CASE("a text has one hash, wherever it stands") {
  const std::string text = "app-id:presence-room";
  CHECK(KeyedHash()(text) == KeyedHash()(std::string_view("[app-id:presence-room]").substr(1, text.size())));
  CHECK(KeyedHash()("") == KeyedHash()(std::string()));
}

TEST_CASE("each bit of a text changes half of the hash") {
  for (const std::string& text : std::vector<std::string>{"a", "orders", "app-id:private-encrypted-a-long-name"}) {
    CHECK(changed_bits(text) > 24);
    CHECK(changed_bits(text) < 40);
  }
}

TEST_CASE("a map of texts is searched with a view, and grows") {
  TextMap<int> map;
  for (int i = 0; i < 1000; ++i) map.emplace("channel-" + std::to_string(i), i);
  CHECK(map.size() == 1000);
  CHECK(map.find(std::string_view("channel-9990", 11))->second == 999);
  CHECK(map.find(std::string_view("channel-1000")) == map.end());
}

}  // namespace
}  // namespace belfry
