#include "common/redis_url.hpp"

#include <doctest/doctest.h>

#include <string>

using belfry::parse_redis_url;
using belfry::unix_redis_url;

TEST_CASE("host, port and database are read, with the defaults of Redis") {
  auto bare = parse_redis_url("redis://localhost");
  REQUIRE(bare);
  CHECK(bare->host == "localhost");
  CHECK(bare->port == 6379);
  CHECK(bare->database == 0);
  CHECK(bare->password.empty());

  auto whole = parse_redis_url("redis://10.0.0.7:7000/3");
  REQUIRE(whole);
  CHECK(whole->host == "10.0.0.7");
  CHECK(whole->port == 7000);
  CHECK(whole->database == 3);
  CHECK(parse_redis_url("redis://localhost:1/"));
}

TEST_CASE("an IPv6 host stands in brackets and is kept without them") {
  auto url = parse_redis_url("redis://:secret@[::1]:7000/2");
  REQUIRE(url);
  CHECK(url->host == "::1");
  CHECK(url->port == 7000);
  CHECK(url->to_string() == "redis://[::1]:7000/2");
  CHECK(parse_redis_url("redis://[::1]")->port == 6379);
}

TEST_CASE("user and password are percent-decoded") {
  auto url = parse_redis_url("redis://web%40prod:p%2Fa%3as%25@host");
  REQUIRE(url);
  CHECK(url->user == "web@prod");
  CHECK(url->password == "p/a:s%");
  CHECK(parse_redis_url("redis://u:a@b@host")->password == "a@b");
}

TEST_CASE("a Unix socket is an absolute path") {
  auto url = parse_redis_url("unix:///run/belfry/redis.sock");
  REQUIRE(url);
  CHECK(url->unix_path == "/run/belfry/redis.sock");
  CHECK(url->to_string() == "unix:///run/belfry/redis.sock");
  CHECK_FALSE(parse_redis_url("unix://run/belfry/redis.sock"));
  CHECK_FALSE(parse_redis_url("unix://"));
  CHECK(parse_redis_url("unix:///" + std::string(106, 'x')));
  CHECK_FALSE(parse_redis_url("unix:///" + std::string(107, 'x')));
}

TEST_CASE("what is not such a URL is refused") {
  for (const char* text : {"",
                           "localhost:6379",
                           "http://host",
                           "redis:/host",
                           "redis://",
                           "redis://:6379",
                           "redis://host:",
                           "redis://host:0",
                           "redis://host:65536",
                           "redis://host:port",
                           "redis://host/x",
                           "redis://host/1/2",
                           "redis://host/-1",
                           "redis://host/1?db=2",
                           "redis://host/99999999999",
                           "redis://[::1",
                           "redis://[::1]x",
                           "redis://[]",
                           "redis://[::1]:",
                           "redis://pass@host",
                           "redis://user:@host",
                           "redis://u:%zz@host",
                           "redis://u:%4@host",
                           "redis://u:%@host",
                           "redis://u:%+1@host",
                           "redis://::1",
                           "redis://ho st",
                           "redis://host\n",
                           "redis://u:p@",
                           "redis://@host"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_redis_url(text));
  }
}

TEST_CASE("the path of a Unix socket may hold anything, escaped, and comes back as it was") {
  CHECK(unix_redis_url("/run/belfry/redis.sock") == "unix:///run/belfry/redis.sock");
  CHECK(unix_redis_url("/my run/a") == "unix:///my%20run/a");
  CHECK(parse_redis_url("unix:///my%20run/%C3%A9%25")->unix_path == "/my run/\xc3\xa9%");
  for (const char* path : {"/a b", "/100%", "/%20", "/a?b#c", "/\xc3\xa9", "/user:pass@x", "/a+b"}) {
    CAPTURE(path);
    CHECK(parse_redis_url(unix_redis_url(path))->unix_path == path);
    CHECK(parse_redis_url(parse_redis_url(unix_redis_url(path))->to_string())->unix_path == path);
  }
}

TEST_CASE("a path that no socket can have is refused") {
  for (const std::string& url :
       {std::string("unix://a"), std::string("unix:///a b"), std::string("unix:///a%"), std::string("unix:///a%2"),
        std::string("unix:///a%00b"), std::string("unix:///a%0A"), "unix:///" + std::string(107, 'a')}) {
    CAPTURE(url);
    CHECK_FALSE(parse_redis_url(url));
  }
  CHECK(parse_redis_url("unix:///" + std::string(105, 'a') + "%20"));  // 107 bytes when decoded
}

TEST_CASE("TLS is refused with a sentence that says so") {
  CHECK(parse_redis_url("rediss://host").error().message.find("TLS") != std::string::npos);
}

TEST_CASE("neither an error nor the printed form shows a password") {
  for (const char* text : {"redis://user:hunter2", "redis://u:hunter2/x@host", "redis://hunter2@host",
                           "redis://u:hunter2%@host", "rediss://u:hunter2@host", "redis://u:hunter2@host:x"}) {
    CAPTURE(text);
    auto url = parse_redis_url(text);
    REQUIRE_FALSE(url);
    CHECK(url.error().message.find("hunter2") == std::string::npos);
  }
  CHECK(parse_redis_url("redis://u:hunter2@host")->to_string() == "redis://host:6379");
}
