// What a run is to do: what the command line comes to, checked. Made once, before the processes that do it are forked.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/redis_url.hpp"
#include "common/socket_address.hpp"
#include "tools/app_keys.hpp"
#include "tools/ws_url.hpp"

namespace belfry::bench {

enum class Bench { connect, fanout, ping, churn };
enum class Protocol { pusher, raw };
enum class Via { api, ws, redis };

struct Target {
  SocketAddress address;
  Protocol protocol = Protocol::pusher;
  tools::WsUrl url;          // of subscribers
  tools::WsUrl publish_url;  // raw: of the publisher. Pusher: http://host:port and the prefix of the API's paths
  tools::AppKeys app;        // of Pusher
};

struct RedisTarget {
  RedisEndpoint endpoint;
  std::string key_prefix;  // of belfry's keys
  std::string raw_prefix;  // of the raw protocol's channels
};

struct Plan {
  Bench bench = Bench::connect;
  Target target;
  std::uint32_t connections = 0;
  std::vector<std::string> channels;  // connection i subscribes to channels[i % size]; empty: to none
  std::uint32_t processes = 1;
  std::uint32_t handshakes = 0;  // in flight at a time, in each process
  double seconds = 0;            // how long it measures, or holds
  double warm_up_seconds = 0;
  double rate = 0;  // a second: messages, or connections that are opened and closed; 0: as in_flight allows
  std::uint32_t in_flight = 1;
  std::uint32_t size = 0;  // of a message's data, in bytes
  Via via = Via::api;
  RedisTarget redis;
  std::uint32_t stalled = 0;  // the first ones read nothing once they have subscribed
  std::uint32_t pingers = 0;
  double ping_interval_seconds = 0;
  std::uint32_t run = 0;  // random; marks this run's messages

  bool speaks_pusher() const { return target.protocol == Protocol::pusher; }
  // How many of the connections are those of one process: the i-th of it is number i * processes + process.
  std::uint32_t share_of(std::uint32_t process, std::uint32_t total) const {
    return total / processes + (process < total % processes ? 1 : 0);
  }
};

}  // namespace belfry::bench
