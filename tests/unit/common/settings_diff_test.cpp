#include "common/settings_diff.hpp"

#include <doctest/doctest.h>

namespace belfry {
namespace {

AppSettings app(const std::string& id) {
  AppSettings made;
  made.id = id;
  made.key = "key-" + id;
  made.secret = "secret-" + id;
  return made;
}

TEST_CASE("equal settings are not different") {
  Settings settings;
  settings.apps = {app("1")};
  CHECK(difference(settings, settings).is_empty());
}

TEST_CASE("each option that is different is told with both values and when it applies") {
  Settings before, after;
  after.activity_timeout = 30;
  after.workers = 4;
  after.raw.allowed_origins = {"https://example.com"};
  const SettingsDiff diff = difference(before, after);
  REQUIRE(diff.options.size() == 3);
  CHECK(diff.options[0] == OptionChange{"workers", "2", "4", Applies::at_restart});
  CHECK(diff.options[1] == OptionChange{"activity_timeout", "120", "30", Applies::at_reload});
  CHECK(diff.options[2] == OptionChange{"raw.allowed_origins", "[]", "[\"https://example.com\"]", Applies::at_reload});
  CHECK(diff.apps.empty());
}

TEST_CASE("apps are added, removed and changed by id, and their secrets are not shown") {
  Settings before, after;
  before.apps = {app("kept"), app("gone"), app("other")};
  after.apps = {app("new"), app("other"), app("kept")};
  after.apps[1].max_connections = 5;
  after.apps[1].secret = "rotated";
  const SettingsDiff diff = difference(before, after);
  REQUIRE(diff.apps.size() == 3);
  CHECK(diff.apps[0] == AppChange{"gone", AppChange::What::removed, {}});
  CHECK(diff.apps[1] ==
        AppChange{"other",
                  AppChange::What::changed,
                  {{"secret", "***", "***", Applies::at_reload}, {"max_connections", "0", "5", Applies::at_reload}}});
  CHECK(diff.apps[2] == AppChange{"new", AppChange::What::added, {}});
}

TEST_CASE("a URL that may hold a password is not shown") {
  Settings before, after;
  after.redis.url = "redis://:hunter2@host";
  const SettingsDiff diff = difference(before, after);
  REQUIRE(diff.options.size() == 1);
  CHECK(diff.options[0].after == "***");
}

TEST_CASE("a reload takes over what it may and nothing else") {
  Settings running, wanted;
  running.listen = {"127.0.0.1:4711"};
  running.apps = {app("1")};
  wanted.activity_timeout = 30;
  wanted.log.level = "debug";
  wanted.workers = 8;
  wanted.apps = {app("2")};
  const Settings now = with_reloadable(running, wanted);
  CHECK(now.listen == running.listen);
  CHECK(now.workers == running.workers);
  CHECK(now.activity_timeout == 30);
  CHECK(now.log.level == "debug");
  CHECK(now.apps == wanted.apps);
}

}  // namespace
}  // namespace belfry
