#include "tools/pusher_url.hpp"

#include <doctest/doctest.h>

#include <string>

#include "common/version.hpp"

using namespace belfry::tools;

namespace {

std::string key_in(const std::string& target) { return pusher_key({.host = "h", .target = target}).value_or("none"); }

std::string completed(const std::string& target) { return with_pusher_parameters({.target = target}).target; }

const std::string kVersion = "version=" + std::string(belfry::version());

}  // namespace

TEST_CASE("a path that ends in /app/KEY is Pusher's, whatever stands before it") {
  CHECK(key_in("/app/app-key") == "app-key");
  CHECK(key_in("/prefix/app/k?protocol=7") == "k");
  CHECK(key_in("/app/a%26b") == "a&b");
}

TEST_CASE("other paths are not") {
  for (const char* target :
       {"/", "/app", "/app/", "/apps/1/events", "/xapp/k/", "/app/k/more", "/?x=/app/k", "/myapp/k"})
    CHECK(key_in(target) == "none");
}

TEST_CASE("parameters that a Pusher client must send are added where they are missing") {
  CHECK(completed("/app/k") == "/app/k?protocol=7&client=belfry&" + kVersion);
  CHECK(completed("/app/k?") == "/app/k?protocol=7&client=belfry&" + kVersion);
  CHECK(completed("/app/k?x=1") == "/app/k?x=1&protocol=7&client=belfry&" + kVersion);
  CHECK(completed("/app/k?protocol=5&version=1.0") == "/app/k?protocol=5&version=1.0&client=belfry");
  CHECK(completed("/app/k?client=a&protocol=5&version=1") == "/app/k?client=a&protocol=5&version=1");
}
