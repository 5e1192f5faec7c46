// The connections of each app on this worker: counted in the cluster, admitted while the app's max_connections leaves
// room (Redis decides, so that the number is exact), and ended when they do not say in time who they are
// (user_authentication_timeout).
#pragma once

#include <uv.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "common/clock.hpp"
#include "common/ip_address.hpp"
#include "common/uv_handle.hpp"
#include "worker/cluster/channel_states.hpp"
#include "worker/ws/session_id.hpp"

namespace belfry::pusher {

struct App;
class Session;

// In the cluster's state, an app's connections are the subscribers of this channel, which no client can name.
inline constexpr std::string_view kConnections = "!connections";

class Connections {
 public:
  static constexpr Milliseconds kPatience{2000};  // for Redis' word on a connection

  Connections(uv_loop_t* loop, cluster::ChannelStates& states);
  ~Connections();

  // Session::greet() is called, or Session::refuse() with the code for an app that is full: now or when Redis has said.
  // `client` is none unless somebody watches.
  void open(Session& session, const IpAddress& client);
  void close(Session& session);

  // What a session says before it is greeted is given to it afterwards.
  void keep(Session& session, std::string_view message);
  // Its time to say who it is begins, where the app has such a limit and the session has not said so.
  void await_identity(Session& session);
  void identified(Session& session);

 private:
  class OfApp;

  OfApp& of(const App& app);
  void tick();

  uv_loop_t* loop_;
  cluster::ChannelStates& states_;
  std::unordered_map<const App*, std::unique_ptr<OfApp>> apps_;
  UvTimer tick_;
};

}  // namespace belfry::pusher
