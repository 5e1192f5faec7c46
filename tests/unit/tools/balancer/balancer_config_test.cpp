#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tools/balancer/balancer_plan.hpp"
#include "tools/balancer/haproxy_config.hpp"
#include "tools/balancer/nginx_config.hpp"

namespace belfry::tools {
namespace {

BalancerPlan two_nodes() {
  return {.nodes = {{{"10.0.0.1:9000", "10.0.0.1:9001"}, "0.0.0.0:9100"}, {{"[2001:db8::2]:9000"}}}};
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

bool has(std::string_view text, std::string_view part) { return count(text, part) > 0; }

// The whole line that has `part`.
std::string line_with(const std::string& text, std::string_view part) {
  const auto at = text.find(part);
  REQUIRE(at != std::string::npos);
  const auto begin = text.rfind('\n', at) + 1;
  return text.substr(begin, text.find('\n', at) - begin);
}

}  // namespace

TEST_CASE("rows of the registry are nodes, an address is one server") {
  std::vector<NodeRow> rows(3);
  rows[0].addresses = {"a:1", "a:2"};
  rows[0].agent = "a:3";
  rows[1].addresses = rows[2].addresses = {"b:1"};
  const auto nodes = balanced_nodes(rows);
  REQUIRE(nodes.size() == 2);
  CHECK(nodes[0].addresses.size() == 2);
  CHECK(nodes[0].agent == "a:3");
  CHECK(nodes[1].addresses.front() == "b:1");
}

TEST_CASE("what cannot stand in a configuration is refused by name") {
  CHECK(check_plan(two_nodes()));
  CHECK_FALSE(check_plan({.nodes = {}}));
  for (const char* address : {"a", "a:", ":1", "a b:1", "a:1\nserver x", "a;b:1", "a{:1", "a:1 "}) {
    CAPTURE(address);
    CHECK_FALSE(check_plan({.nodes = {{{address}}}}));
    CHECK_FALSE(check_plan({.nodes = {{{"a:1"}, address}}}));
    BalancerPlan plan = two_nodes();
    plan.bind = {address};
    CHECK_FALSE(check_plan(plan));
  }
  for (const char* file : {"relative.pem", "/a b.pem", "/a;.pem", "/a\n.pem"}) {
    BalancerPlan plan = two_nodes();
    plan.certificate = file;
    CHECK_FALSE(check_plan(plan));
  }
}

TEST_CASE("the silence that is taken for death is three pings, and two minutes at least") {
  BalancerPlan plan = two_nodes();
  CHECK(silence_of_the_dead(plan) == Seconds(120));
  plan.ping_interval = Seconds(60);
  CHECK(silence_of_the_dead(plan) == Seconds(180));
  CHECK(has(haproxy_config(plan), "timeout tunnel 180s"));
  CHECK(has(nginx_config(plan), "proxy_read_timeout 180s"));
}

TEST_CASE("each address is a server of both kinds; HAProxy speaks the PROXY protocol to sessions only") {
  const std::string haproxy = haproxy_config(two_nodes());
  CHECK(count(haproxy, "\n    server ") == 6);
  CHECK(has(haproxy, "retries 4\n"));
  CHECK(count(haproxy, "send-proxy-v2 check-send-proxy") == 3);
  CHECK(has(haproxy, "server 2001:db8::2:9000 [2001:db8::2]:9000 "));
  CHECK(count(nginx_config(two_nodes()), "        server ") == 6);
}

TEST_CASE("HAProxy asks the agents of the nodes that have one, where they can be reached") {
  const auto agent_of = [](const char* agent) {
    return line_with(haproxy_config({.nodes = {{{"10.0.0.1:9000"}, agent}}}), "server 10.0.0.1:9000");
  };
  CHECK(agent_of("0.0.0.0:9100").ends_with("check agent-check agent-port 9100 agent-inter 2s"));
  CHECK(agent_of("10.0.0.1:9100").ends_with("agent-inter 2s"));
  CHECK(agent_of("10.9.9.9:9100").ends_with("agent-port 9100 agent-inter 2s agent-addr 10.9.9.9"));
  CHECK_FALSE(has(agent_of("127.0.0.1:9100"), "agent"));
  CHECK_FALSE(has(agent_of(""), "agent"));
  BalancerPlan plan = two_nodes();
  plan.sticky = Sticky::none;
  CHECK(count(haproxy_config(plan), "agent-port") == 4);
  plan.sticky = Sticky::source;  // for the HTTP API only: a weight that changes would move sessions
  CHECK(count(haproxy_config(plan), "agent-port") == 2);
}

TEST_CASE("a server's number comes from its address, not from its place") {
  const auto number_of = [](const BalancerPlan& plan) {
    const std::string line = line_with(haproxy_config(plan), "server b:1");
    return line.substr(line.find(" id "));
  };
  CHECK(number_of({.nodes = {{{"b:1"}}}}) == number_of({.nodes = {{{"a:1"}}, {{"b:1"}}}}));
}

TEST_CASE("sessions are sticky by address, by cookie, or not at all") {
  BalancerPlan plan = two_nodes();
  CHECK(has(haproxy_config(plan), "balance source\n    hash-type consistent"));
  CHECK(has(nginx_config(plan), "hash $binary_remote_addr consistent"));
  plan.sticky = Sticky::cookie;
  CHECK(has(haproxy_config(plan), "cookie belfry insert"));
  CHECK(count(haproxy_config(plan), " cookie ") == 3 + 1);
  CHECK(has(nginx_config(plan), "hash $belfry_key consistent"));
  plan.sticky = Sticky::none;
  for (const std::string& text : {haproxy_config(plan), nginx_config(plan)}) {
    CHECK_FALSE(has(text, "cookie"));
    CHECK_FALSE(has(text, "hash "));
  }
  CHECK(count(haproxy_config(plan), "balance leastconn") == 2);
  CHECK(count(nginx_config(plan), "least_conn") == 2);
}

TEST_CASE("a certificate makes the door one of TLS, and the cookie one of other sites, too") {
  BalancerPlan plan = two_nodes();
  plan.sticky = Sticky::cookie;
  CHECK(has(haproxy_config(plan), "bind *:80\n"));
  CHECK(has(nginx_config(plan), "listen *:80 "));
  plan.certificate = "/etc/ssl/belfry.pem";
  CHECK(has(haproxy_config(plan), "bind *:443 ssl crt /etc/ssl/belfry.pem alpn http/1.1"));
  CHECK(has(nginx_config(plan), "listen *:443 ssl "));
  CHECK(has(nginx_config(plan), "ssl_certificate_key /etc/ssl/belfry.pem;"));
  CHECK(has(haproxy_config(plan), "secure attr SameSite=None"));
  CHECK(has(nginx_config(plan), "; Secure; SameSite=None"));
}

TEST_CASE("doors that are named are the doors") {
  BalancerPlan plan = two_nodes();
  plan.bind = {"10.0.0.9:8080", "[::]:8080"};
  CHECK(has(haproxy_config(plan), "bind 10.0.0.9:8080\n    bind [::]:8080\n"));
  CHECK(has(nginx_config(plan), "listen [::]:8080 backlog"));
}

TEST_CASE("the HTTP API behind the nodes' prefix is the HTTP API, too") {
  BalancerPlan plan = two_nodes();
  plan.path_prefix = "/ws";
  CHECK(has(haproxy_config(plan), "path_beg /apps/ /ws/apps/ }"));
  CHECK(has(nginx_config(plan), "location /ws/apps/ {"));
}

}  // namespace belfry::tools
