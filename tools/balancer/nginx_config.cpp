#include "tools/balancer/nginx_config.hpp"

#include <fmt/format.h>

#include <string_view>

namespace belfry::tools {
namespace {

constexpr std::string_view kHead =
    R"(# nginx in front of belfry, made by `belfry balancer nginx`; the whole of nginx.conf. Make it again when nodes come or
# go for good.
# {}.
#
# In the configuration of each node:
#   trusted_proxies = ["ADDRESS"]  this machine's, as the nodes see it. They do not believe its X-Forwarded-For without
#                                  that, and take it for the client.
#   advertise = "HOST:PORT"        where this machine reaches the node, if not at its listen address
# One address of a node carries about 28,000 sessions from one address of this machine: list more in its `listen`.
#
# nginx does not ask the nodes whether they are ready: whoever finds one that is gone, or drains, is sent to another one.
# `nginx -t -c FILE` checks it, `systemctl reload nginx` applies it: nobody is cut, see worker_shutdown_timeout.

user www-data;
worker_processes auto;
# Each session takes two connections of a worker.
worker_rlimit_nofile 131072;
# A process that a reload has replaced keeps its sessions so long. Those who are left then come back at once.
worker_shutdown_timeout 12h;

events {{
    worker_connections 65536;
}}

http {{
    access_log off;
    server_tokens off;
    # The nodes have limits of their own.
    client_max_body_size 16m;
    client_header_timeout 10s;
    keepalive_timeout 60s;

    proxy_http_version 1.1;
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header Forwarded "";
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $belfry_connection;
    proxy_connect_timeout 4s;
    proxy_socket_keepalive on;
    # Whom one node does not take, another one is asked for.
    proxy_next_upstream_timeout 10s;

    map $http_upgrade $belfry_connection {{
        default upgrade;
        ""      "";
    }}
)";

constexpr std::string_view kCookieMap = R"(
    map $cookie_belfry $belfry_key {
        default $cookie_belfry;
        ""      $request_id;
    }
)";

constexpr std::string_view kApi = R"(
        # Back ends publish at any node, over connections that are kept. A POST is sent again only where no connection
        # came about: otherwise nobody knows whether the event was published.
)";

constexpr std::string_view kApiLocation = R"(        location {} {{
            proxy_pass http://belfry_api;
            proxy_next_upstream error timeout;
        }}
)";

// {0}: the silence, {1}: the interval, {2}: lines of the policy.
constexpr std::string_view kSessionsLocation = R"(
        # WebSockets, and whatever else is asked for. Nodes ping a silent client each {1} s: what is silent for longer
        # than the timeout is dead. A node that drains answers 503.
        location / {{
            proxy_pass http://belfry_sessions;
            proxy_next_upstream error timeout http_503;
            proxy_read_timeout {0}s;
            proxy_send_timeout {0}s;
{2}        }}
    }}
}}
)";

std::string_view hash_of(Sticky sticky) {
  switch (sticky) {
    case Sticky::source:
      return "        # By the client's address. Many clients behind one address share a node; --sticky cookie\n"
             "        # spreads them.\n"
             "        hash $binary_remote_addr consistent;\n";
    case Sticky::cookie: return "        hash $belfry_key consistent;\n";
    case Sticky::none: break;
  }
  return "        least_conn;\n";
}

// nginx believes that a server is well again when a request that it tried it with has ended: for a session, that is
// hours. Until then it lets one client through each fail_timeout.
constexpr std::string_view kNeverLeftOut = "max_fails=0";
constexpr std::string_view kLeftOutForAWhile = "max_fails=1 fail_timeout=5s";

std::string upstream_of(const BalancerPlan& plan, std::string_view name, std::string_view policy,
                        std::string_view failures, std::string_view keepalive) {
  std::string text = fmt::format("\n    upstream {0} {{\n        zone {0} 512k;\n{1}", name, policy);
  for (const BalancedNode& node : plan.nodes)
    for (const std::string& address : node.addresses) text += fmt::format("        server {} {};\n", address, failures);
  return text.append(keepalive) + "    }\n";
}

std::string cookie_line(const BalancerPlan& plan) {
  if (plan.sticky != Sticky::cookie) return "";
  return fmt::format("            add_header Set-Cookie \"belfry=$belfry_key; Path=/; HttpOnly{}\" always;\n",
                     plan.certificate.empty() ? "" : "; Secure; SameSite=None");
}

std::string door_of(const BalancerPlan& plan) {
  const bool tls = !plan.certificate.empty();
  std::string text = "\n    server {\n";
  for (const std::string& door : doors_of(plan))
    text += fmt::format("        listen {}{} backlog=4096;\n", door, tls ? " ssl" : "");
  if (!tls) return text;
  return text + fmt::format(
                    "        ssl_certificate {0};\n        ssl_certificate_key {0};\n"
                    "        ssl_protocols TLSv1.2 TLSv1.3;\n        ssl_session_cache shared:belfry:16m;\n",
                    plan.certificate);
}

}  // namespace

std::string nginx_config(const BalancerPlan& plan) {
  std::string text = fmt::format(kHead, summary_of(plan));
  if (plan.sticky == Sticky::cookie) text += kCookieMap;
  text += upstream_of(plan, "belfry_api", "        least_conn;\n", kLeftOutForAWhile, "        keepalive 64;\n");
  text += upstream_of(plan, "belfry_sessions", hash_of(plan.sticky), kNeverLeftOut, "");
  text += door_of(plan);
  text += kApi;
  for (const std::string& path : api_paths_of(plan)) text += fmt::format(kApiLocation, path);
  return text + fmt::format(kSessionsLocation, silence_of_the_dead(plan).count(), plan.ping_interval.count(),
                            cookie_line(plan));
}

}  // namespace belfry::tools
