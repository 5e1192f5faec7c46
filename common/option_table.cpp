#include "common/option_table.hpp"

#include <vector>

#include "common/option_checks.hpp"

namespace belfry {
namespace {

using enum Applies;
using S = Settings;
using A = AppSettings;

constexpr std::uint64_t kMaxKb = 1 << 20;  // 1 GiB: a size in bytes stays within 32 bits
constexpr std::uint64_t kMaxCount = 1'000'000'000;
constexpr std::uint64_t kDay = 86'400;    // seconds
constexpr std::uint64_t kSecond = 1'000;  // milliseconds

const Rule kListen = Checked{R"(an address such as "127.0.0.1:9000" or "[::1]:9000")", check_listen_address};
const Rule kPath = Checked{"an absolute path as text", check_absolute_path};
const Rule kOptionalPath = Checked{"empty or an absolute path as text", check_optional_path};
const Rule kOrigin = Checked{R"("*" or an origin such as "https://example.com")", check_not_empty};
const Rule kKilobytes = Range{0, kMaxKb};
const Rule kCount = Range{0, kMaxCount};
const Rule kSeconds = Range{1, kDay};

}  // namespace

std::span<const Option<Settings>> setting_options() {
  // clang-format off
  static const std::vector<Option<Settings>> rows = {
      {"listen", [](S& s) -> Field { return &s.listen; }, kListen, at_restart,
       "addresses of the clients' door; port 0 picks a free one, shown by status"},
      {"workers", [](S& s) -> Field { return &s.workers; }, Range{1, 1024, "auto"}, at_restart,
       "worker processes, or \"auto\": what affinity and the cgroup allow"},
      {"runtime_dir", [](S& s) -> Field { return &s.runtime_dir; }, kPath, at_restart,
       "directory of this node's sockets and lock; default /run/belfry, "
       "or $XDG_RUNTIME_DIR/belfry for an ordinary user",
       R"("/run/belfry")"},
      {"admin_socket", [](S& s) -> Field { return &s.admin_socket; }, kPath, at_restart,
       "socket of status, stop and restart; default admin.sock in runtime_dir", R"("/run/belfry/admin.sock")"},
      {"admin_group", [](S& s) -> Field { return &s.admin_group; }, OneOf{{"read-only", "control"}}, at_reload,
       "what members of the admin socket's group may do: see how everything is, or also stop, restart and reload"},
      {"path_prefix", [](S& s) -> Field { return &s.path_prefix; },
       Checked{"empty or a path such as \"/ws\"", check_path_prefix},
       at_restart, "accepted in front of /app and /apps, beside the bare paths"},
      {"request_timeout", [](S& s) -> Field { return &s.request_timeout; }, Range{100, 3'600 * kSecond}, at_reload,
       "from accept to the end of the request head, silent connections too"},
      {"activity_timeout", [](S& s) -> Field { return &s.activity_timeout; }, kSeconds, at_reload,
       "seconds, told to Pusher clients"},
      {"ping_interval", [](S& s) -> Field { return &s.ping_interval; }, kSeconds, at_reload,
       "seconds between RFC 6455 pings to an idle client (proxies cut at 60)"},
      {"cache_ttl", [](S& s) -> Field { return &s.cache_ttl; }, Range{kSecond, kDay * kSecond}, at_reload,
       "how long a cache channel keeps its last event"},
      {"subscription_errors", [](S& s) -> Field { return &s.subscription_errors; },
       OneOf{{"both", "pusher", "soketi"}}, at_reload,
       "how a failed subscription is told: pusher:error, Soketi's pusher:subscription_error, or both"},
      {"max_message_in_kb", [](S& s) -> Field { return &s.max_message_in_kb; }, kKilobytes, at_reload,
       "largest message from a client on /app; 0: no limit"},
      {"max_queue_in_kb", [](S& s) -> Field { return &s.max_queue_in_kb; }, kKilobytes, at_reload,
       "unsent bytes that one client may have waiting; 0: no limit"},
      {"io_uring", [](S& s) -> Field { return &s.io_uring; }, OneOf{{"auto", "on", "off"}}, at_restart,
       "send to many clients in one system call: auto where the kernel and its limits allow it"},
      {"trusted_proxies", [](S& s) -> Field { return &s.trusted_proxies; },
       Checked{"a range such as \"10.0.0.0/8\"", check_cidr},
       at_reload, "ranges of addresses whose PROXY headers, X-Forwarded-For and Forwarded are believed"},
      {"advertise", [](S& s) -> Field { return &s.advertise; },
       Checked{"empty or host:port as text", check_advertise}, at_restart,
       "host:port that other nodes and balancers reach; empty: the listen address"},
      {"drain_time", [](S& s) -> Field { return &s.drain_time; }, Range{0, 3'600 * kSecond}, at_reload,
       "how long SIGTERM and `belfry drain` take to close the clients, evenly spread; 0s: SIGTERM closes all at once"},
      {"drain_delay", [](S& s) -> Field { return &s.drain_delay; }, Range{0, 600 * kSecond}, at_reload,
       "how long before that /ready answers 503, so that balancers notice"},
      {"debug_commands", [](S& s) -> Field { return &s.debug_commands; }, Anything{}, at_restart,
       "the admin socket's debug crash|hang SLOT, for failure tests"},

      {"log.format", [](S& s) -> Field { return &s.log.format; }, OneOf{{"text", "json"}}, at_restart,
       "text, or json: one object a line"},
      {"log.level", [](S& s) -> Field { return &s.log.level; }, OneOf{{"debug", "info", "warning", "error"}}, at_reload,
       "the least that is logged: debug, info, warning or error"},

      {"tls.listen", [](S& s) -> Field { return &s.tls.listen; }, kListen, at_restart,
       "further addresses, where clients and back ends speak TLS (wss:// and https://); empty: off"},
      {"tls.certificate", [](S& s) -> Field { return &s.tls.certificate; }, kOptionalPath, at_reload,
       "PEM file with the certificate and behind it the chain; a reload reads it again"},
      {"tls.key", [](S& s) -> Field { return &s.tls.key; }, kOptionalPath, at_reload,
       "PEM file with the private key, not encrypted; empty: it is in the file of the certificate"},

      {"redis.url", [](S& s) -> Field { return &s.redis.url; },
       Checked{"redis://[user:password@]host[:port][/database] or unix:///path", check_redis_url}, at_restart,
       "the Redis of all nodes, or unix:///path; absent: a managed, private Redis", R"("redis://127.0.0.1:6379")"},
      {"redis.prefix", [](S& s) -> Field { return &s.redis.prefix; }, Checked{"text", check_redis_prefix}, at_restart,
       "in front of every key and internal channel"},
      {"redis.ready_grace", [](S& s) -> Field { return &s.redis.ready_grace; }, Range{0, kDay * kSecond}, at_reload,
       "how long Redis may be away before /ready answers 503"},

      {"presence.leave_grace", [](S& s) -> Field { return &s.presence.leave_grace; }, Range{0, 300 * kSecond}, at_reload,
       "how long members whose worker stops or restarts stay announced, in case they come back on another one"},

      {"raw.enabled", [](S& s) -> Field { return &s.raw.enabled; }, Anything{}, at_restart,
       "raw broadcast: what one client sends, all receive; unless set, true on loopback and false where other machines "
       "reach the server", "true"},
      {"raw.path", [](S& s) -> Field { return &s.raw.path; },
       Checked{"a path such as \"/\"", check_endpoint}, at_restart, "where raw clients connect"},
      {"raw.prefix", [](S& s) -> Field { return &s.raw.prefix; }, Anything{}, at_restart,
       "in front of the Redis channels new_connection, connection_closed and new_message"},
      {"raw.echo", [](S& s) -> Field { return &s.raw.echo; }, Anything{}, at_reload, "the sender hears itself"},
      {"raw.allowed_origins", [](S& s) -> Field { return &s.raw.allowed_origins; }, kOrigin, at_reload,
       "origins of browser pages that may connect, \"*\": any; empty: pages of the same host only"},
      {"raw.max_message_in_kb", [](S& s) -> Field { return &s.raw.max_message_in_kb; }, kKilobytes, at_reload,
       "largest message from a raw client; 0: no limit"},

      {"echo.path", [](S& s) -> Field { return &s.echo.path; },
       Checked{"empty or a path such as \"/echo\"", check_optional_endpoint},
       at_restart, "diagnostic echo, for conformance suites, as \"/echo\"; empty: off"},

      {"balance.workers", [](S& s) -> Field { return &s.balance.workers; },
       OneOf{{"hash", "source", "cpu", "random", "least"}}, at_restart,
       "which worker gets a new connection: by the kernel's hash, the client's address, the CPU, at random, or more often "
       "one with few clients"},
      {"balance.agent", [](S& s) -> Field { return &s.balance.agent; },
       Checked{"empty or an address such as \"10.0.0.1:9100\"", check_optional_listen_address}, at_restart,
       "address that answers HAProxy's agent-check with this node's weight; empty: off"},

      {"instance.path", [](S& s) -> Field { return &s.instance.path; },
       Checked{"empty or a path such as \"/instance\"", check_optional_endpoint}, at_restart,
       "names a node to clients that choose one by themselves; empty: off"},
      {"instance.allowed_origins", [](S& s) -> Field { return &s.instance.allowed_origins; }, kOrigin, at_reload,
       "origins of browser pages that may ask it, \"*\": any"},

      {"metrics.listen", [](S& s) -> Field { return &s.metrics.listen; },
       Checked{"empty, \"auto\" or an address such as \"127.0.0.1:9601\"", check_metrics_listen}, at_restart,
       "where Prometheus finds /metrics; auto: 127.0.0.1:9601 unless another process has it; empty: off"},
      {"metrics.prefix", [](S& s) -> Field { return &s.metrics.prefix; },
       Checked{"empty, or letters, digits and \"_\" such as \"belfry_\"", check_metrics_prefix}, at_reload,
       "in front of every metric's name; \"soketi_\" keeps Soketi's boards going"},
  };
  // clang-format on
  return rows;
}

std::span<const Option<AppSettings>> app_options() {
  // clang-format off
  static const std::vector<Option<AppSettings>> rows = {
      {"id", [](A& a) -> Field { return &a.id; }, Checked{"text", check_url_segment}, at_reload,
       "in the paths of the HTTP API", R"("100001")"},
      {"key", [](A& a) -> Field { return &a.key; }, Checked{"text", check_url_segment}, at_reload,
       "public: clients connect to /app/KEY", R"("app-key")"},
      {"secret", [](A& a) -> Field { return &a.secret; }, Checked{"text", check_not_empty}, at_reload,
       "signs the HTTP API's requests and the clients' subscriptions", R"("app-secret")"},
      {"previous_key", [](A& a) -> Field { return &a.previous_key; }, Checked{"empty or text", check_optional_url_segment},
       at_reload, "accepted beside the new pair while keys are rotated"},
      {"previous_secret", [](A& a) -> Field { return &a.previous_secret; }, Anything{}, at_reload,
       "goes with previous_key"},
      {"enabled", [](A& a) -> Field { return &a.enabled; }, Anything{}, at_reload,
       "false: clients are closed with 4003, and the HTTP API answers 403"},
      {"max_connections", [](A& a) -> Field { return &a.max_connections; }, kCount, at_reload,
       "exact for the whole cluster; 0: no limit"},
      {"over_quota_close", [](A& a) -> Field { return &a.over_quota_close; }, OneOf{{"4100", "4004"}}, at_reload,
       "close code past max_connections; after 4004 pusher-js never comes back"},
      {"enable_client_messages", [](A& a) -> Field { return &a.enable_client_messages; }, Anything{}, at_reload,
       "client events (client-*) on private and presence channels"},
      {"enable_user_authentication", [](A& a) -> Field { return &a.enable_user_authentication; }, Anything{}, at_reload,
       "allows sign-in; closes nobody by itself"},
      {"user_authentication_timeout", [](A& a) -> Field { return &a.user_authentication_timeout; }, Range{0, kDay},
       at_reload, "seconds; then 4009 for who neither signed in nor joined a private channel; 0: never"},
      {"enable_watchlist_events", [](A& a) -> Field { return &a.enable_watchlist_events; }, Anything{}, at_reload,
       "online and offline events of watched users"},
      {"enable_subscription_count", [](A& a) -> Field { return &a.enable_subscription_count; }, Anything{}, at_reload,
       "subscription_count events"},
      {"keep_channel_events", [](A& a) -> Field { return &a.keep_channel_events; }, Anything{}, at_reload,
       "occupied, vacated, member_added and member_removed go to a stream in Redis, for back ends that read it"},
      {"allowed_origins", [](A& a) -> Field { return &a.allowed_origins; }, kOrigin, at_reload,
       "origins of browser pages that may connect, beside the server's own host; \"*\": any"},
      {"max_backend_events_per_second", [](A& a) -> Field { return &a.max_backend_events_per_second; }, kCount,
       at_reload, "events by the HTTP API, per node; 0: no limit"},
      {"max_client_events_per_second", [](A& a) -> Field { return &a.max_client_events_per_second; }, kCount, at_reload,
       "client events of one connection; 0: no limit"},
      {"max_read_requests_per_second", [](A& a) -> Field { return &a.max_read_requests_per_second; }, kCount, at_reload,
       "reading requests of the HTTP API, per node; 0: no limit"},
      {"max_presence_members_per_channel", [](A& a) -> Field { return &a.max_presence_members_per_channel; }, kCount,
       at_reload, "0: no limit"},
      {"max_presence_member_size_in_kb", [](A& a) -> Field { return &a.max_presence_member_size_in_kb; }, kKilobytes,
       at_reload, "user_info of one member; 0: no limit"},
      {"max_channel_name_length", [](A& a) -> Field { return &a.max_channel_name_length; }, kCount, at_reload,
       "bytes; 0: no limit"},
      {"max_event_channels_at_once", [](A& a) -> Field { return &a.max_event_channels_at_once; }, kCount, at_reload,
       "channels that one event of the HTTP API may name; 0: no limit"},
      {"max_event_name_length", [](A& a) -> Field { return &a.max_event_name_length; }, kCount, at_reload,
       "bytes; 0: no limit"},
      {"max_event_payload_in_kb", [](A& a) -> Field { return &a.max_event_payload_in_kb; }, kKilobytes, at_reload,
       "data of one event; 0: no limit"},
      {"max_event_batch_size", [](A& a) -> Field { return &a.max_event_batch_size; }, kCount, at_reload,
       "events in one batch of the HTTP API; 0: no limit"},
  };
  // clang-format on
  return rows;
}

}  // namespace belfry
