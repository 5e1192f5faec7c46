#include "tools/option_flags.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tools/usage_error.hpp"

using namespace belfry;
using namespace belfry::tools;

namespace {

struct CommandLine {
  CommandLine() : flags(OptionFlags::add_to(*app.add_subcommand("serve", ""))) { app.require_subcommand(1); }

  void parse(std::vector<std::string> arguments) {
    auto reversed = split_empty_values(std::move(arguments));
    std::ranges::reverse(reversed);
    app.parse(reversed);
  }

  std::string error_of(std::vector<std::string> arguments) {
    try {
      parse(std::move(arguments));
    } catch (const CLI::ParseError& error) {
      return usage_error(app, error);
    }
    return "no error";
  }

  CLI::App app = CLI::App("", "belfry");
  std::shared_ptr<OptionFlags> flags;
};

FlagValues values_of(std::vector<std::string> arguments) {
  CommandLine line;
  arguments.insert(arguments.begin(), "serve");
  line.parse(std::move(arguments));
  return line.flags->values();
}

std::string error_of(std::vector<std::string> arguments) { return CommandLine().error_of(std::move(arguments)); }

}  // namespace

TEST_CASE("only flags that are given have a value, as it was written") {
  CHECK(values_of({}).empty());
  CHECK(values_of({"--workers=3", "--redis-url", "unix:///a"}) ==
        FlagValues{{"workers", "3"}, {"redis.url", "unix:///a"}});
  CHECK(values_of({"--workers=-3"}) == FlagValues{{"workers", "-3"}});
  CHECK(values_of({"--redis-prefix={a}"}) == FlagValues{{"redis.prefix", "{a}"}});
}

TEST_CASE("a list is written with commas or as several flags") {
  CHECK(values_of({"--listen=127.0.0.1:1,[::1]:2"}) == FlagValues{{"listen", "127.0.0.1:1,[::1]:2"}});
  CHECK(values_of({"--listen=[::1]:1", "--listen", "[::1]:2"}) == FlagValues{{"listen", "[::1]:1,[::1]:2"}});
  CHECK(values_of({"--listen=[a]"}) == FlagValues{{"listen", "[a]"}});
}

TEST_CASE("a boolean flag alone is true") {
  CHECK(values_of({"--debug-commands", "--workers=1"}) == FlagValues{{"debug_commands", "true"}, {"workers", "1"}});
  CHECK(values_of({"--raw-echo=false"}) == FlagValues{{"raw.echo", "false"}});
  CHECK(values_of({"--raw-echo", "false"}) == FlagValues{{"raw.echo", "false"}});
  CHECK(values_of({"--raw-echo"}) == FlagValues{{"raw.echo", "true"}});
}

TEST_CASE("an empty value is one and takes nothing from behind it") {
  CHECK(values_of({"--raw-prefix=", "--workers=1"}) == FlagValues{{"raw.prefix", ""}, {"workers", "1"}});
  CHECK(values_of({"--raw-allowed-origins="}) == FlagValues{{"raw.allowed_origins", ""}});
  CHECK(split_empty_values({"send", "--", "--a="}) == std::vector<std::string>{"send", "--", "--a="});
  CHECK(split_empty_values({"--a=b=", "a=", "--a="}) == std::vector<std::string>{"--a=b=", "a=", "--a", ""});
}

TEST_CASE("a wrong command line is one sentence with the nearest name") {
  CHECK(error_of({"serve", "--raw-ecko=false"}) == "serve has no option --raw-ecko; did you mean \"--raw-echo\"?");
  CHECK(error_of({"serve", "here"}) == "serve takes no argument \"here\"");
  CHECK(error_of({"srve"}) == "unknown command srve; did you mean \"serve\"?");
  CHECK(error_of({"--workers=1"}) == "unknown command --workers; belfry --help lists them");
  CHECK(error_of({}) == "no command; belfry --help lists them");
  CHECK(error_of({"serve", "--workers"}).starts_with("serve: --workers"));
  CHECK(error_of({"serve", "--workers=1", "--workers=2"}).starts_with("serve: --workers"));
}
