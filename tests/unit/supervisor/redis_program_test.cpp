#include "supervisor/redis_program.hpp"

#include <doctest/doctest.h>

namespace belfry::supervisor {
namespace {

bool has_line(const std::string& text, const std::string& line) {
  return text.starts_with(line + "\n") || text.find("\n" + line + "\n") != std::string::npos;
}

TEST_CASE("the managed Redis has no port, no persistence and a private socket") {
  const std::string configuration = redis_configuration("/run/belfry", "/run/belfry/redis.sock");
  for (const char* line : {"port 0", "save \"\"", "appendonly no", "unixsocketperm 700"})
    CHECK(has_line(configuration, line));
  CHECK(has_line(configuration, "unixsocket \"/run/belfry/redis.sock\""));
}

TEST_CASE("a path cannot break out of its line's quotes") {
  const std::string configuration = redis_configuration("/run/a \"b\\", "/s");
  CHECK(has_line(configuration, R"(dir "/run/a \"b\\")"));
}

}  // namespace
}  // namespace belfry::supervisor
