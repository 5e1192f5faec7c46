// POST events and batch_events: publishes them and answers when Redis has answered each, with the attributes of their
// channels where the request asks for some.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "worker/bus/bus.hpp"
#include "worker/http/request.hpp"
#include "worker/http/router.hpp"
#include "worker/http/waiting_requests.hpp"
#include "worker/pusher/api_rates.hpp"
#include "worker/pusher/api_requests.hpp"
#include "worker/pusher/channel_queries.hpp"
#include "worker/pusher/json_reader.hpp"

namespace belfry::pusher {

struct App;
class Hub;

class EventsApi {
 public:
  EventsApi(Hub& hub, ChannelQueries& queries, http::WaitingRequests& waiting, ApiRates& rates)
      : hub_(hub), queries_(queries), waiting_(waiting), rates_(rates) {}

  http::Handled handle_events(const App& app, const http::Request& request, http::Connection& connection);
  http::Handled handle_batch(const App& app, const http::Request& request, http::Connection& connection);

 private:
  // A request whose events are on their way.
  struct UnderWay {
    const App& app;
    std::vector<Trigger> triggers;
    bool is_batch;
    http::WaitingRequests::Answer answer;
    std::size_t unanswered = 0;
    std::string failure = {};  // empty: none
  };
  using UnderWayPointer = std::shared_ptr<UnderWay>;

  http::Handled refuse(const App& app, http::Connection& connection, const ApiRefusal& refusal);
  http::Handled publish(const App& app, std::vector<Trigger> triggers, bool is_batch, http::Connection& connection);
  void start(const UnderWayPointer& under_way);
  void settle(const UnderWayPointer& under_way, bus::PublishOutcome outcome);
  void finish(const UnderWayPointer& under_way);

  Hub& hub_;
  ChannelQueries& queries_;
  http::WaitingRequests& waiting_;
  ApiRates& rates_;
  JsonReader reader_;
};

}  // namespace belfry::pusher
