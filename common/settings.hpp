// The whole configuration as typed values: what the file, the environment and the flags come to. Built and
// range-checked once by the supervisor (options.hpp), handed to each worker, and never changed under anybody's feet: a
// reload makes a new one. Units are in the types; in every max_* 0 means no limit; `kb` is 1,024 bytes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/clock.hpp"

namespace belfry {

struct RedisSettings {
  std::string url;  // empty: the supervisor runs a managed, private Redis and fills in its unix:// URL
  std::string prefix = "belfry:";
  Milliseconds ready_grace = Seconds(30);  // how long Redis may be away before /ready answers 503

  bool operator==(const RedisSettings&) const = default;
};

struct RawSettings {
  bool enabled = true;
  std::string path = "/";
  std::string prefix;                        // in front of new_connection, connection_closed, new_message
  bool echo = true;                          // the sender hears itself
  std::vector<std::string> allowed_origins;  // empty: browsers of the same host only; "*": any
  std::uint32_t max_message_in_kb = 64;

  bool operator==(const RawSettings&) const = default;
};

struct PresenceSettings {
  Milliseconds leave_grace{0};  // members of a worker that stops stay for so long, in case they come back elsewhere

  bool operator==(const PresenceSettings&) const = default;
};

// How connections are spread: over the workers of this node, and by a balancer over nodes.
struct BalanceSettings {
  std::string workers = "hash";  // hash | source | cpu | random | least: which worker a new connection goes to
  std::string agent;             // address that answers HAProxy's agent-check; empty: off

  bool operator==(const BalanceSettings&) const = default;
};

// The endpoint that names a node to clients that choose one by themselves.
struct InstanceSettings {
  std::string path = "/instance";                    // empty: off
  std::vector<std::string> allowed_origins = {"*"};  // CORS

  bool operator==(const InstanceSettings&) const = default;
};

// What Prometheus reads.
struct MetricsSettings {
  std::string listen = "auto";     // "auto": 127.0.0.1:9601 unless another process has it; empty: off
  std::string prefix = "belfry_";  // of every name

  bool operator==(const MetricsSettings&) const = default;
};

// TLS ended by the workers themselves, on listeners of its own.
struct TlsSettings {
  std::vector<std::string> listen;  // empty: off
  std::string certificate;          // a PEM file: the certificate, then its chain
  std::string key;                  // a PEM file; empty: the key is in `certificate`, too

  bool operator==(const TlsSettings&) const = default;
};

struct EchoSettings {
  std::string path;  // empty: off

  bool operator==(const EchoSettings&) const = default;
};

struct LogSettings {
  std::string format = "text";  // text | json
  std::string level = "info";   // debug | info | warning | error

  bool operator==(const LogSettings&) const = default;
};

struct AppSettings {
  std::string id;
  std::string key;
  std::string secret;
  std::string previous_key = "";  // accepted beside the new pair during a rotation; empty: none
  std::string previous_secret = "";
  bool enabled = true;
  std::uint32_t max_connections = 0;
  std::uint32_t over_quota_close = 4100;  // 4100 | 4004
  bool enable_client_messages = true;
  bool enable_user_authentication = true;
  std::uint32_t user_authentication_timeout = 0;  // seconds; 0: never
  bool enable_watchlist_events = true;
  bool enable_subscription_count = true;
  bool keep_channel_events = false;
  std::vector<std::string> allowed_origins = {"*"};
  std::uint32_t max_backend_events_per_second = 0;
  std::uint32_t max_client_events_per_second = 10;
  std::uint32_t max_read_requests_per_second = 0;
  std::uint32_t max_presence_members_per_channel = 100;
  std::uint32_t max_presence_member_size_in_kb = 2;
  std::uint32_t max_channel_name_length = 200;
  std::uint32_t max_event_channels_at_once = 100;
  std::uint32_t max_event_name_length = 200;
  std::uint32_t max_event_payload_in_kb = 10;
  std::uint32_t max_event_batch_size = 10;

  bool operator==(const AppSettings&) const = default;
};

struct Settings {
  std::vector<std::string> listen = {"127.0.0.1:9000", "[::1]:9000"};
  std::uint32_t workers = 2;              // 0: "auto", what affinity and the cgroup allow
  std::string runtime_dir;                // default_runtime_dir() where the configuration does not say
  std::string admin_socket;               // default: admin.sock in runtime_dir
  std::string admin_group = "read-only";  // read-only | control: what members of the socket's group may do
  std::string path_prefix;
  Milliseconds request_timeout = Seconds(10);
  std::uint32_t activity_timeout = 120;      // seconds, told to Pusher clients
  std::uint32_t ping_interval = 30;          // seconds between RFC 6455 pings to an idle client
  Milliseconds cache_ttl = Seconds(1800);    // how long a cache channel keeps its last event
  std::string subscription_errors = "both";  // both | pusher | soketi
  std::uint32_t max_message_in_kb = 1024;
  std::uint32_t max_queue_in_kb = 1024;
  std::string io_uring = "auto";  // auto | on | off: sends of a loop turn go to the kernel in one call
  std::vector<std::string> trusted_proxies;
  std::string advertise;
  Milliseconds drain_time{0};             // over which SIGTERM and `drain` close the clients; 0: all at once
  Milliseconds drain_delay = Seconds(5);  // from saying so to the first close
  bool debug_commands = false;            // the admin socket's `debug crash|hang SLOT`, for failure tests
  LogSettings log;
  TlsSettings tls;
  RedisSettings redis;
  PresenceSettings presence;
  RawSettings raw;
  EchoSettings echo;
  BalanceSettings balance;
  InstanceSettings instance;
  MetricsSettings metrics;
  std::vector<AppSettings> apps;

  bool operator==(const Settings&) const = default;
};

}  // namespace belfry
