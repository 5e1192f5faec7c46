#include "common/options.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <set>
#include <string>

#include "common/development_app.hpp"
#include "common/option_table.hpp"
#include "tests/unit/temp_dir.hpp"

using namespace belfry;

namespace {

Environment environment_of(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
}

Result<Settings> load(const std::string& file, std::map<std::string, std::string> variables = {},
                      const FlagValues& flags = {}) {
  const TempDir directory;
  const std::string path = directory.path() / "belfry.toml";
  std::ofstream(path) << file;
  return load_settings(path, environment_of(std::move(variables)), flags);
}

std::string error_of(Result<Settings> settings) { return settings ? "no error" : settings.error().message; }

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("flag and variable follow from the key") {
  CHECK(flag_of("redis.ready_grace") == "--redis-ready-grace");
  CHECK(variable_of("redis.ready_grace") == "BELFRY_REDIS_READY_GRACE");
}

TEST_CASE("no two options share a flag or a variable") {
  std::set<std::string> flags, variables;
  for (const auto& option : setting_options()) {
    CHECK(flags.insert(flag_of(option.key)).second);
    CHECK(variables.insert(variable_of(option.key)).second);
    CHECK_FALSE(option.help.empty());
  }
}

TEST_CASE("default < file < environment < flag") {
  CHECK(load("")->redis.prefix == "belfry:");
  CHECK(load("redis.prefix = \"file:\"")->redis.prefix == "file:");
  CHECK(load("redis.prefix = \"file:\"", {{"BELFRY_REDIS_PREFIX", "variable:"}})->redis.prefix == "variable:");
  CHECK(load("redis.prefix = \"file:\"", {{"BELFRY_REDIS_PREFIX", "variable:"}}, {{"redis.prefix", "flag:"}})
            ->redis.prefix == "flag:");
}

TEST_CASE("an empty variable is not set, an empty flag is") {
  CHECK(load("raw.prefix = \"file:\"", {{"BELFRY_RAW_PREFIX", ""}})->raw.prefix == "file:");
  CHECK(load("raw.prefix = \"file:\"", {}, {{"raw.prefix", ""}})->raw.prefix.empty());
}

TEST_CASE("a wrong value is named with the place where it was written") {
  CHECK(contains(error_of(load("", {{"BELFRY_WORKERS", "several"}})),
                 "BELFRY_WORKERS: workers is \"several\", expected a whole number from 1 to 1024 or \"auto\""));
  CHECK(contains(error_of(load("", {}, {{"listen", "127.0.0.1:1,nowhere"}})), "--listen: listen[1]: "));
  CHECK(contains(error_of(load("", {{"BELFRY_RAW_PREFIX", "\xff"}})), "BELFRY_RAW_PREFIX: raw.prefix: "));
}

TEST_CASE("a file that cannot be read is named with the reason") {
  CHECK(error_of(load_settings("/no/such/file.toml", environment_of({}), {})) ==
        "/no/such/file.toml: No such file or directory");
  CHECK(error_of(load_settings("/tmp", environment_of({}), {})) == "/tmp: Is a directory");
  CHECK(contains(error_of(load_settings("/dev/zero", environment_of({}), {})), "/dev/zero: "));
}

TEST_CASE("the paths of a node are filled in") {
  auto settings = load("", {}, {{"runtime_dir", "/somewhere"}});
  CHECK(settings->runtime_dir == "/somewhere");
  CHECK(settings->admin_socket == "/somewhere/admin.sock");
  CHECK(load("admin_socket = \"/a.sock\"")->admin_socket == "/a.sock");
  CHECK(load("")->runtime_dir == default_runtime_dir(environment_of({})));
  CHECK(contains(error_of(load("", {}, {{"runtime_dir", "here"}})), "not an absolute path"));
}

TEST_CASE("a systemd unit's runtime directory is the node's, but for root") {
  const std::string unit = default_runtime_dir(environment_of({{"RUNTIME_DIRECTORY", "/run/a:/run/b"}}));
  CHECK(unit == (::geteuid() == 0 ? "/run/belfry" : "/run/a"));
}

TEST_CASE("a development app exists where only this machine connects and no app is configured") {
  auto local = load("");
  REQUIRE(local->apps.size() == 1);
  CHECK(is_development_app(local->apps[0]));
  auto configured = load("[[app]]\nid = \"1\"\nkey = \"k\"\nsecret = \"s\"");
  REQUIRE(configured->apps.size() == 1);
  CHECK_FALSE(is_development_app(configured->apps[0]));
  CHECK(load("listen = [\"0.0.0.0:1\"]\n[raw]\nenabled = true")->apps.empty());
}

TEST_CASE("addresses with TLS are others than those without, and need a certificate") {
  const std::string tls = "[tls]\ncertificate = \"/a.pem\"\n";
  CHECK(load(tls + "listen = [\"127.0.0.1:9443\"]"));
  CHECK(load(tls));
  CHECK(contains(error_of(load(tls + "listen = [\"127.0.0.1:9000\"]")), "tls.listen: 127.0.0.1:9000 is there twice"));
  CHECK(contains(error_of(load("[tls]\nlisten = [\"127.0.0.1:9443\"]")), "there is no tls.certificate"));
  CHECK(contains(error_of(load("[tls]\nkey = \"/a.pem\"")), "there is a tls.key, but no tls.certificate"));
  CHECK(contains(error_of(load(tls + "listen = [\"0.0.0.0:9443\"]")), "raw.enabled"));
}

TEST_CASE("an address that others reach needs an app or a word about raw.enabled") {
  const std::string open = "listen = [\"127.0.0.1:1\", \"[::]:1\"]\n";
  const std::string error = error_of(load(open));
  CHECK(contains(error, "[[app]]"));
  CHECK(contains(error, "raw.enabled"));
  CHECK(load(open + "[raw]\nenabled = true"));
  CHECK(load(open, {{"BELFRY_RAW_ENABLED", "true"}}));
  CHECK(load(open, {}, {{"raw.enabled", "true"}}));
  const std::string app = "[[app]]\nid = \"1\"\nkey = \"k\"\nsecret = \"s\"\n";
  CHECK_FALSE(load(open + app)->raw.enabled);
  CHECK(load(open + app, {{"BELFRY_RAW_ENABLED", "true"}})->raw.enabled);
  CHECK(load("listen = [\"127.0.0.1:1\"]\n" + app)->raw.enabled);
}

TEST_CASE("the sample is no licence to broadcast to the world") {
  CHECK(load(sample_config()));
  CHECK_FALSE(load(sample_config(), {}, {{"listen", "0.0.0.0:1"}}));
}

TEST_CASE("what was loaded survives the way to a worker") {
  auto settings = load("workers = 3", {{"BELFRY_REDIS_URL", "redis://:a%22b@h"}}, {{"raw.echo", "false"}});
  REQUIRE(settings);
  auto worker = parse_settings(to_toml(*settings), "memfd");
  REQUIRE(worker);
  CHECK(*worker == *settings);
}
