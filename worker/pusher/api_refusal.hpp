// Why the HTTP API refuses a request: the status and a sentence for its body.
#pragma once

#include <string>

namespace belfry::pusher {

struct ApiRefusal {
  unsigned status;
  std::string reason;
};

}  // namespace belfry::pusher
