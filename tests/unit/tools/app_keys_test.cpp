#include "tools/app_keys.hpp"

#include <doctest/doctest.h>

using namespace belfry;
using namespace belfry::tools;

namespace {

Settings two_apps() {
  Settings settings;
  settings.apps.resize(2);
  settings.apps[0] = {.id = "1", .key = "k1", .secret = "s1"};
  settings.apps[1] = {.id = "2", .key = "k2", .secret = "s2", .previous_key = "old", .previous_secret = "olds"};
  return settings;
}

std::string secret_of(const char* app) {
  auto keys = find_app_keys(two_apps(), app);
  return keys ? keys->id + "/" + keys->key + "/" + keys->secret : keys.error().message;
}

}  // namespace

TEST_CASE("an app is found by its id and by its key") {
  CHECK(secret_of("1") == "1/k1/s1");
  CHECK(secret_of("k2") == "2/k2/s2");
}

TEST_CASE("the key before a rotation brings its own secret") { CHECK(secret_of("old") == "2/old/olds"); }

TEST_CASE("an unknown app is answered with those that there are, without secrets") {
  CHECK(secret_of("k3") == "the configuration has no app \"k3\"; there are: 1 (key k1), 2 (key k2)");
  CHECK(secret_of("") == "the configuration has no app \"\"; there are: 1 (key k1), 2 (key k2)");
  CHECK(find_app_keys(Settings(), "x").error().message == "the configuration has no app \"x\"; there is none");
}
