// One POST of a JSON document over HTTP/1.1, on a connection of its own, and its answer. Blocking, with a deadline.
// An Error with an errno code means that no server answered; without one, that what answered is no use.
#pragma once

#include <string>

#include "common/clock.hpp"
#include "common/result.hpp"
#include "tools/ws_url.hpp"

namespace belfry::tools {

struct HttpPost {
  WsUrl url;  // its target is the path and the query
  std::string body;
  Seconds timeout{10};
  bool verify_certificate = true;
};

struct HttpAnswer {
  unsigned status = 0;
  std::string reason;  // of the status line; may be empty
  std::string body;
};

Result<HttpAnswer> http_post(const HttpPost& post);

}  // namespace belfry::tools
