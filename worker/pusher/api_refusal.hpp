// Why the HTTP API refuses a request: the status and a sentence for its body.
#pragma once

#include <string>

#include "worker/http/response.hpp"

namespace belfry::pusher {

class Activity;
struct App;

struct ApiRefusal {
  unsigned status;
  std::string reason;
};

// The answer to a request that is refused, which is counted and told to who watches. `app` null: nobody knows it.
http::Response refused(Activity& activity, const App* app, const ApiRefusal& refusal, std::string extra_field = "");
// The same where Redis was asked and has not answered.
http::Response unanswered(Activity& activity, const App& app);

}  // namespace belfry::pusher
