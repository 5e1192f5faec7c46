// A Lua script and the SHA-1 by which Redis knows it (EVALSHA). Scripts are loaded on each new command connection; one
// that Redis does not know any more (SCRIPT FLUSH) costs that connection, and the next one loads it again.
#pragma once

#include <string>
#include <string_view>

namespace belfry::bus {

class Script {
 public:
  explicit Script(std::string_view body);  // `body` outlives the script
  std::string_view body() const { return body_; }
  const std::string& sha1() const { return sha1_; }  // lower-case hex

 private:
  std::string_view body_;
  std::string sha1_;
};

}  // namespace belfry::bus
