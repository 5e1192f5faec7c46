// Where Redis is and how to log in: redis://[user:password@]host[:port][/database] or unix:///path. rediss:// (TLS) is
// refused with a sentence that says so. Percent-escapes in user, password and the path of a Unix socket are decoded
// (RFC 3986, section 2.1).
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

// The URL of a Unix socket: what a URL cannot hold of the path is escaped, so that parse_redis_url() gives it back.
std::string unix_redis_url(std::string_view path);

}  // namespace belfry
