// The HTTP API for back ends, /apps/{id}/...: whose request it is, and which resource it is for.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "worker/http/router.hpp"
#include "worker/http/waiting_requests.hpp"
#include "worker/pusher/api_channels.hpp"
#include "worker/pusher/api_events.hpp"
#include "worker/pusher/api_rates.hpp"
#include "worker/pusher/app.hpp"
#include "worker/pusher/channel_queries.hpp"
#include "worker/pusher/hub.hpp"
#include "worker/pusher/users.hpp"

namespace belfry::pusher {

class Api final : public http::Handler {
 public:
  // `node` names this node, for rates that are counted per node.
  Api(const Apps& apps, Hub& hub, Users& users, std::string node, std::string path_prefix);

  std::size_t max_body() const override { return apps_.largest_body(); }
  http::Handled handle(const http::Request& request, http::Connection& connection) override;
  void forget(http::Connection& connection) override;

 private:
  http::Handled dispatch(const App& app, std::string_view resource, const http::Request& request,
                         http::Connection& connection);
  // `app` may be null. Who watches it hears of the refusal.
  http::Handled refuse(const App* app, const ApiRefusal& refusal, http::Connection& connection,
                       std::string extra_field = {});
  http::Handled handle_connections(const App& app, http::Connection& connection);
  http::Handled terminate(const App& app, const std::string& user, http::Connection& connection);

  const Apps& apps_;
  Users& users_;
  Activity& activity_;
  std::string path_prefix_;
  http::WaitingRequests waiting_;
  ApiRates rates_;
  ChannelQueries queries_;
  EventsApi events_;
  ChannelsApi channels_;
};

}  // namespace belfry::pusher
