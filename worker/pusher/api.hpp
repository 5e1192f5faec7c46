// The HTTP API for back ends, /apps/{id}/...: signed requests in, events out. 200 means that Redis has answered each
// publish.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "worker/http/router.hpp"
#include "worker/pusher/api_requests.hpp"
#include "worker/pusher/app.hpp"
#include "worker/pusher/hub.hpp"

namespace belfry::pusher {

class Api final : public http::Handler {
 public:
  Api(const Apps& apps, Hub& hub, std::string path_prefix);

  std::size_t max_body() const override { return max_body_; }
  http::Handled handle(const http::Request& request, http::Connection& connection) override;
  void forget(http::Connection& connection) override;

 private:
  // A request whose events are on their way.
  struct UnderWay {
    http::Connection* connection = nullptr;  // null: gone, or not waiting yet
    std::size_t unanswered = 0;
    bool failed = false;
    std::string failure;
  };
  using UnderWayPointer = std::shared_ptr<UnderWay>;

  http::Handled handle_events(const App& app, const http::Request& request, http::Connection& connection);
  http::Handled handle_batch(const App& app, const http::Request& request, http::Connection& connection);
  http::Handled publish(const App& app, const std::vector<Trigger>& triggers, http::Connection& connection);
  void settle(const UnderWayPointer& under_way, bus::PublishOutcome outcome);
  static void answer(const UnderWay& under_way, http::Connection& connection);

  const Apps& apps_;
  Hub& hub_;
  std::string path_prefix_;
  std::size_t max_body_;
  std::unordered_map<http::Connection*, UnderWayPointer> under_way_;
};

}  // namespace belfry::pusher
