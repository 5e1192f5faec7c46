// Where Redis is and how to log in: redis://[user:password@]host[:port][/database] or unix:///path. rediss:// (TLS) is
// refused with a sentence that says so. Percent-escapes in user and password are decoded (RFC 3986, section 2.1).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/result.hpp"

namespace belfry {

struct RedisEndpoint {
  std::string unix_path;  // not empty: the Unix socket; host and port are unused
  std::string host;       // a name or an address, without brackets
  std::uint16_t port = 6379;
  std::string user;  // empty with a password: AUTH with the password alone
  std::string password;
  std::uint32_t database = 0;

  std::string to_string() const;  // for logs and status: never user or password
};

Result<RedisEndpoint> parse_redis_url(std::string_view url);

}  // namespace belfry
