#include "common/settings_file.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "common/settings_text.hpp"

using namespace belfry;

namespace {

std::string error_of(std::string_view toml) {
  auto settings = parse_settings(toml, "test.toml");
  return settings ? "no error" : settings.error().message;
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

constexpr std::string_view kApp = "[[app]]\nid = \"1\"\nkey = \"k\"\nsecret = \"s\"\n";

}  // namespace

TEST_CASE("an empty file is the defaults") {
  auto settings = parse_settings("", "test.toml");
  REQUIRE(settings);
  CHECK(*settings == Settings());
}

TEST_CASE("values of every type are read") {
  auto settings = parse_settings(R"(
listen = ["127.0.0.1:1", "[::1]:2"]
workers = "auto"
request_timeout = "250ms"
redis.url = "unix:///run/redis.sock"
[raw]
echo = false
allowed_origins = []
[[app]]
id = "1"
key = "k"
secret = "a\"b\\c"
max_connections = 5
)",
                                 "test.toml");
  REQUIRE(settings);
  CHECK(settings->listen.size() == 2);
  CHECK(settings->workers == 0);
  CHECK(settings->request_timeout == Milliseconds(250));
  CHECK(settings->redis.url == "unix:///run/redis.sock");
  CHECK_FALSE(settings->raw.echo);
  REQUIRE(settings->apps.size() == 1);
  CHECK(settings->apps[0].secret == "a\"b\\c");
  CHECK(settings->apps[0].max_connections == 5);
  CHECK(settings->apps[0].max_channel_name_length == 200);
}

TEST_CASE("an unknown key is named with file and line, and the nearest known key") {
  CHECK(error_of("\n[redis]\nprefixx = \"a:\"\n") ==
        "test.toml:3: unknown key redis.prefixx; did you mean \"redis.prefix\"?");
  CHECK(contains(error_of("worker = 3"), "test.toml:1: unknown key worker; did you mean \"workers\"?"));
  CHECK(contains(error_of("[redsi]\nurl = \"\""), "unknown key redsi; did you mean \"redis\"?"));
  CHECK(contains(error_of(std::string(kApp) + "secrett = \"x\""), "test.toml:5: unknown key app.secrett"));
  CHECK(error_of("nothing_like_it = 1") == "test.toml:1: unknown key nothing_like_it");
  CHECK(contains(error_of("\"a\\u001bb\" = 1"), "unknown key (unprintable)"));
}

TEST_CASE("a wrong type or value is named with file, line and what is allowed") {
  CHECK(error_of("\nworkers = 0") == "test.toml:2: workers is 0, expected a whole number from 1 to 1024 or \"auto\"");
  CHECK(contains(error_of("workers = 2.5"), "workers is a number with a fraction, expected"));
  CHECK(contains(error_of("workers = 1979-05-27"), "workers is a date or a time"));
  CHECK(contains(error_of("listen = \"127.0.0.1:1\""), "listen is text, expected a list"));
  CHECK(contains(error_of("listen = [1]"), "listen is a list of something else than texts"));
  CHECK(contains(error_of("listen = [\"127.0.0.1:1\", \"x\"]"), "listen[1]: "));
  CHECK(contains(error_of("[listen]\na = 1"), "listen is a section, expected a list"));
  CHECK(contains(error_of("redis = 3"), "redis is a section"));
  CHECK(contains(error_of("app = 3"), "expected [[app]]"));
  CHECK(contains(error_of("[app]\nid = \"1\""), "expected [[app]]"));
  CHECK(contains(error_of("request_timeout = 10"), "request_timeout is 10, expected a duration"));
  CHECK(contains(error_of("[log]\nformat = \"xml\""), "log.format is \"xml\", expected text or json"));
  CHECK(contains(error_of("[redis]\nurl = \"http://u:hunter2@h\""), "redis.url: unknown form, expected redis://"));
  CHECK_FALSE(contains(error_of("[redis]\nurl = \"http://u:hunter2@h\""), "hunter2"));
  CHECK(contains(error_of("trusted_proxies = [\"10.0.0.0/33\"]"), "0 to 32"));
}

TEST_CASE("an app needs id, key and secret, and they are its own") {
  CHECK(contains(error_of("[[app]]\nid = \"1\"\nkey = \"k\"\n"), "has no secret"));
  CHECK(contains(error_of("[[app]]\nid = \"a/b\"\nkey = \"k\"\nsecret = \"s\""), "app.id: "));
  CHECK(contains(error_of(std::string(kApp) + std::string(kApp)), "another [[app]] has the id 1 already"));
  CHECK(contains(error_of(std::string(kApp) + "[[app]]\nid = \"2\"\nkey = \"k\"\nsecret = \"s\""), "have the key k"));
}

TEST_CASE("options that do not fit together are refused") {
  CHECK(contains(error_of("listen = []"), "at least one"));
  CHECK(contains(error_of("listen = [\"127.0.0.1:1\", \"127.0.0.1:1\"]"), "twice"));
  CHECK(error_of("listen = [\"127.0.0.1:0\", \"127.0.0.1:0\"]") == "no error");
  CHECK(contains(error_of("[echo]\npath = \"/\""), "both /"));
  CHECK(error_of("[echo]\npath = \"/\"\n[raw]\nenabled = false") == "no error");
  CHECK(contains(error_of("admin_socket = \"/" + std::string(107, 'x') + "\""), "at most 107"));
  CHECK(error_of("admin_socket = \"/" + std::string(106, 'x') + "\"") == "no error");
  CHECK(contains(error_of("runtime_dir = \"/" + std::string(100, 'x') + "\""), "too long"));
}

TEST_CASE("endpoints are paths that nothing else takes") {
  for (const char* taken :
       {"", "chat", "/up", "/ready", "/app", "/app/x", "/apps/x", "/a b", "/a?b", "/a%20b", "/\xc3\xa4"}) {
    CAPTURE(taken);
    CHECK(contains(error_of("[raw]\npath = \"" + std::string(taken) + "\""), "raw.path"));
  }
  for (const char* free : {"/application", "/upload", "/chat/room.1"})
    CHECK(error_of("[raw]\npath = \"" + std::string(free) + "\"") == "no error");
  CHECK(contains(error_of("path_prefix = \"/ws/\""), "path_prefix"));
  CHECK(error_of("path_prefix = \"/ws\"") == "no error");
}

TEST_CASE("advertise is empty or a host with a port") {
  for (const char* good : {"", "node1.example:9000", "10.0.0.1:1", "[fd00::1]:9000"})
    CHECK(error_of("advertise = \"" + std::string(good) + "\"") == "no error");
  for (const char* bad : {"node1", ":9000", "node1:0", "node1:x", "fd00::1:9000", "[fd00::1:9000", "a/b:1", "a b:1"}) {
    CAPTURE(bad);
    CHECK(contains(error_of("advertise = \"" + std::string(bad) + "\""), "advertise"));
  }
}

TEST_CASE("what is no TOML is refused with its line") {
  using namespace std::string_view_literals;
  for (const std::string_view text :
       {"workers = 2\nlisten = [\n"sv, "workers = 2\nworkers = 3\n"sv, "\xff = 1"sv, "a = \"\0\""sv, "= 1"sv,
        "[redis]\n[redis]\n"sv, "workers = 99999999999999999999"sv}) {
    CAPTURE(std::string(text));
    CHECK(error_of(text).starts_with("test.toml:"));
  }
  CHECK(contains(error_of("x = " + std::string(100'000, '[')), "test.toml:1: "));
}

TEST_CASE("the effective configuration loads back equal") {
  Settings settings;
  settings.listen = {"0.0.0.0:0"};
  settings.workers = 0;
  settings.runtime_dir = "/run/\"quoted\\";
  settings.admin_socket = "/run/a";
  settings.request_timeout = Milliseconds(1500);
  settings.trusted_proxies = {"10.0.0.0/8", "fd00::/8", "127.0.0.1"};
  settings.redis.url = "redis://u:p%40@[::1]:1/2";
  settings.raw.enabled = false;
  settings.raw.allowed_origins = {"https://a.example"};
  settings.echo.path = "/echo";
  settings.log.level = "debug";
  settings.apps.resize(2);
  settings.apps[0] = {.id = "1", .key = "a", .secret = "\xc3\xa4"};
  settings.apps[1] = {.id = "2", .key = "b", .secret = "s", .enabled = false, .over_quota_close = 4004};
  auto loaded = parse_settings(to_toml(settings), "effective");
  REQUIRE(loaded);
  CHECK(*loaded == settings);
}

TEST_CASE("the effective configuration for people shows no secret") {
  Settings settings;
  settings.redis.url = "redis://u:hunter2@host:1/2";
  settings.apps = {{.id = "1", .key = "k", .secret = "hunter2"}};
  const std::string text = to_toml_without_secrets(settings);
  CHECK_FALSE(contains(text, "hunter2"));
  CHECK(contains(text, "url = \"redis://u:***@host:1/2\""));
  CHECK(contains(text, "secret = \"***\""));
  settings.redis.url = "redis://host/2";
  CHECK(contains(to_toml_without_secrets(settings), "url = \"redis://host/2\""));
}

TEST_CASE("the sample loads back as the defaults") {
  auto settings = parse_settings(sample_config(), "sample");
  REQUIRE(settings);
  CHECK(*settings == Settings());
}

TEST_CASE("the sample with its comments removed is a valid file too") {
  std::string text = sample_config();
  for (std::size_t at = text.find("\n#"); at != std::string::npos; at = text.find("\n#", at + 1))
    if (text[at + 2] != ' ' && text[at + 2] != '\n') text.erase(at + 1, 1);
  auto settings = parse_settings(text, "sample");
  REQUIRE_MESSAGE(settings, settings.error().message);
  CHECK(settings->redis.url == "redis://127.0.0.1:6379");
  REQUIRE(settings->apps.size() == 1);
  AppSettings app = {.id = "100001", .key = "app-key", .secret = "app-secret"};
  CHECK(settings->apps[0] == app);
}
