// GET channels, channels/{channel} and channels/{channel}/users.
#pragma once

#include <string>

#include "worker/http/request.hpp"
#include "worker/http/router.hpp"
#include "worker/http/waiting_requests.hpp"
#include "worker/pusher/activity.hpp"
#include "worker/pusher/channel_queries.hpp"

namespace belfry::pusher {

struct App;

class ChannelsApi {
 public:
  ChannelsApi(ChannelQueries& queries, http::WaitingRequests& waiting, Activity& activity)
      : queries_(queries), waiting_(waiting), activity_(activity) {}

  http::Handled handle_channels(const App& app, const http::Request& request, http::Connection& connection);
  http::Handled handle_channel(const App& app, const std::string& channel, const http::Request& request,
                               http::Connection& connection);
  http::Handled handle_users(const App& app, const std::string& channel, const http::Request& request,
                             http::Connection& connection);

 private:
  http::Handled refuse(const App& app, http::Connection& connection, std::string reason);

  ChannelQueries& queries_;
  http::WaitingRequests& waiting_;
  Activity& activity_;
};

}  // namespace belfry::pusher
