#include "tools/balancer/haproxy_config.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string_view>
#include <utility>

#include "common/host_port.hpp"

namespace belfry::tools {
namespace {

constexpr std::string_view kHead =
    R"(# HAProxy in front of belfry, made by `belfry balancer haproxy`. Make it again when nodes come or go for good.
# {}.
#
# In the configuration of each node:
#   trusted_proxies = ["ADDRESS"]  this machine's, as the nodes see it. They refuse its connections without that: the
#                                  PROXY protocol tells them who the client is.
#   advertise = "HOST:PORT"        where this machine reaches the node, if not at its listen address
#   balance.agent = "HOST:PORT"    where the node tells how much room it has, and that it drains (`belfry drain`). What
#                                  it says undoes a drain by HAProxy's own command line.
# One address of a node carries about 28,000 sessions from one address of this machine: list more in its `listen`.
#
# `haproxy -c -f FILE` checks it, `systemctl reload haproxy` applies it: nobody is cut, see hard-stop-after.

global
    log stderr format short daemon
    user haproxy
    group haproxy
    # maxconn and ulimit-n follow from the hard limit on descriptors (LimitNOFILE of the service), two for each session,
    # up to this number of them; naming a maxconn that the limit does not allow would keep HAProxy from starting.
    fd-hard-limit 1000000
    # A process that a reload has replaced keeps its sessions so long. Those who are left then come back at once.
    hard-stop-after 12h

defaults
    mode http
    log global
    option dontlognull
    option dontlog-normal
    timeout http-request 10s
    timeout http-keep-alive 60s
    timeout client 60s
    timeout client-fin 10s
    timeout connect 4s
    timeout server 60s
    timeout server-fin 10s
    timeout check 2s
    # For WebSockets, in both directions. Nodes ping a silent client each {} s: what is silent for longer is dead.
    timeout tunnel {}s
    # Whom one address does not take, another one is asked for, at once, and that one is down until it is ready again:
    # nobody who connects notices that a node was killed. More attempts than a node has addresses.
    retries {}
    option redispatch 1
    # /ready fails while a node drains: it must be noticed before the node begins to close its clients (drain_delay).
    # The weight is what the agent's percentage counts from. A name that cannot be resolved yet must not stop the start.
    default-server inter 2s fastinter 500ms fall 2 rise 2 weight 100 init-addr last,libc,none
    default-server observe layer4 error-limit 1 on-error mark-down
)";

constexpr std::string_view kApi = R"(
# Back ends publish at any node, over connections that are kept. X-Forwarded-For names the client. A POST is sent again
# only where no connection came about: otherwise nobody knows whether the event was published.
backend belfry_api
    balance leastconn
    option forwardfor
    http-request del-header Forwarded
    retry-on conn-failure
)";

constexpr std::string_view kCheck = R"(    option httpchk
    http-check send meth GET uri /ready ver HTTP/1.1 hdr Host belfry
    http-check expect status 200
)";

constexpr std::string_view kSessions = R"(
# WebSockets, and whatever else is asked for.
backend belfry_sessions
    retry-on conn-failure empty-response 503
    http-request disable-l7-retry unless METH_GET
)";

std::string_view policy_of(const BalancerPlan& plan) {
  switch (plan.sticky) {
    case Sticky::source:
      return "    # By the client's address. Many clients behind one address share a node; --sticky cookie spreads "
             "them.\n"
             "    balance source\n    hash-type consistent\n";
    case Sticky::cookie:
      return plan.certificate.empty()
                 ? "    balance leastconn\n    cookie belfry insert indirect nocache httponly\n"
                 : "    # SameSite=None: pages of other sites may connect, too.\n    balance leastconn\n"
                   "    cookie belfry insert indirect nocache httponly secure attr SameSite=None\n";
    case Sticky::none: break;
  }
  return "    balance leastconn\n";
}

// HAProxy's consistent hash goes by the numbers of servers, which it gives in the order of the file: with numbers made
// from the addresses, a node that comes or goes moves its own clients only, and every balancer sends one to the same
// node. FNV-1a, 30 bits.
std::uint32_t number_of(std::string_view address, std::set<std::uint32_t>& taken) {
  std::uint32_t hash = 2'166'136'261U;
  for (const char c : address) hash = (hash ^ static_cast<unsigned char>(c)) * 16'777'619U;
  std::uint32_t number = (hash >> 2) | 1;
  while (!taken.insert(number).second) ++number;
  return number;
}

// Letters, digits and a few signs: no brackets.
std::string name_of(std::string address) {
  std::erase_if(address, [](char c) { return c == '[' || c == ']'; });
  return address;
}

std::string agent_of(const BalancedNode& node) {
  if (node.agent.empty()) return "";
  const auto [host, port] = split_host_port(node.agent);
  if (is_loopback_address(node.agent) && !is_loopback_address(node.addresses.front()))
    return "";  // only the node itself reaches it
  const bool elsewhere = host != split_host_port(node.addresses.front()).host && !is_wildcard_host(host);
  return fmt::format(" agent-check agent-port {} agent-inter 2s{}", port,
                     elsewhere ? " agent-addr " + name_of(host) : "");
}

// A consistent hash gives a server points by its weight: one that follows the load would move clients.
bool weighs(const BalancerPlan& plan) { return plan.sticky != Sticky::source; }

std::string servers_of(const BalancerPlan& plan, bool sessions) {
  std::string lines;
  std::set<std::uint32_t> taken;
  for (const BalancedNode& node : plan.nodes)
    for (const std::string& address : node.addresses) {
      const std::uint32_t number = number_of(address, taken);
      lines += fmt::format("    server {} {} id {} check", name_of(address), address, number);
      if (sessions) lines += " send-proxy-v2 check-send-proxy";
      if (sessions && plan.sticky == Sticky::cookie) lines += fmt::format(" cookie {:x}", number);
      if (!sessions || weighs(plan)) lines += agent_of(node);
      lines += "\n";
    }
  return lines;
}

std::size_t most_addresses(const BalancerPlan& plan) {
  std::size_t most = 0;
  for (const BalancedNode& node : plan.nodes) most = std::max(most, node.addresses.size());
  return most;
}

std::string frontend_of(const BalancerPlan& plan) {
  std::string text = "\nfrontend belfry\n";
  for (const std::string& door : doors_of(plan))
    text += plan.certificate.empty() ? fmt::format("    bind {}\n", door)
                                     : fmt::format("    bind {} ssl crt {} alpn http/1.1\n", door, plan.certificate);
  return text + fmt::format("    use_backend belfry_api if {{ path_beg {} }}\n    default_backend belfry_sessions\n",
                            fmt::join(api_paths_of(plan), " "));
}

}  // namespace

std::string haproxy_config(const BalancerPlan& plan) {
  std::string text = fmt::format(kHead, summary_of(plan), plan.ping_interval.count(), silence_of_the_dead(plan).count(),
                                 most_addresses(plan) + 2);
  text += frontend_of(plan);
  text.append(kApi).append(kCheck).append(servers_of(plan, false));
  text.append(kSessions).append(policy_of(plan)).append(kCheck).append(servers_of(plan, true));
  return text;
}

}  // namespace belfry::tools
