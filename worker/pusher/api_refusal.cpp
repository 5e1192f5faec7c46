#include "worker/pusher/api_refusal.hpp"

#include <utility>

#include "worker/pusher/activity.hpp"

namespace belfry::pusher {

http::Response refused(Activity& activity, const App* app, const ApiRefusal& refusal, std::string extra_field) {
  activity.tell_refusal(app, refusal);
  return http::to_response({refusal.status, refusal.reason, std::move(extra_field)});
}

http::Response unanswered(Activity& activity, const App& app) {
  return refused(activity, &app, {503, "Redis did not answer"});
}

}  // namespace belfry::pusher
