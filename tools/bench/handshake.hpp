// The opening handshake of every connection of a run: one request, made once, and what a right answer looks like. Each
// connection sends the same key, which a client of the world must not do; the answer is checked all the same.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "common/result.hpp"
#include "tools/ws_url.hpp"

namespace belfry::bench {

class Handshake {
 public:
  explicit Handshake(const tools::WsUrl& url);

  const std::string& request() const { return request_; }

  // How many bytes of `received` the answer takes; 0: it is not complete.
  Result<std::size_t> judge(std::string_view received) const;

 private:
  std::string key_;
  std::string request_;
  std::string accept_;
};

}  // namespace belfry::bench
