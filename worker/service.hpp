// Everything that a worker is made of, put together: network, HTTP, protocols, Redis, cluster state, the link to the
// supervisor. Here is no logic but who knows whom, and the order of a stop.
#pragma once

#include <uv.h>

#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/control_messages.hpp"
#include "common/counter_page.hpp"
#include "common/counters.hpp"
#include "common/settings_order.hpp"
#include "common/uv_handle.hpp"
#include "worker/bus/redis_bus.hpp"
#include "worker/cluster/channel_states.hpp"
#include "worker/cluster/keys.hpp"
#include "worker/cluster/node_registry.hpp"
#include "worker/cluster/owner.hpp"
#include "worker/cluster/sweeper.hpp"
#include "worker/http/health.hpp"
#include "worker/http/proxies.hpp"
#include "worker/http/router.hpp"
#include "worker/instance/endpoint.hpp"
#include "worker/loop_lag.hpp"
#include "worker/memory_report.hpp"
#include "worker/net/acceptor.hpp"
#include "worker/net/reactor.hpp"
#include "worker/net/shedding.hpp"
#include "worker/net/tls_server.hpp"
#include "worker/presence_check.hpp"
#include "worker/pusher/api.hpp"
#include "worker/pusher/app.hpp"
#include "worker/pusher/connections.hpp"
#include "worker/pusher/endpoint.hpp"
#include "worker/pusher/hub.hpp"
#include "worker/pusher/users.hpp"
#include "worker/raw/broadcast.hpp"
#include "worker/spare_memory.hpp"
#include "worker/supervisor_link.hpp"
#include "worker/ws/echo.hpp"
#include "worker/ws/message_reader.hpp"

namespace belfry::worker {

class Service final : private SupervisorLink::Listener {
 public:
  // The link speaks through `channel`; `endpoint` is settings.redis.url, parsed.
  Service(uv_loop_t* loop, SettingsOrder order, const Configure& configure, RedisEndpoint endpoint,
          std::unique_ptr<net::SendEngine> engine, WorkerEnd channel, MappedCounters counters);

  // Begins to accept, and says Ready.
  void start();

 private:
  void on_stop() override;
  void on_drain() override;
  void on_shed(const Shed& order) override;
  void shed(net::Stream& client);
  void on_sweep(const SweepSibling& sibling) override;
  void on_reconfigure(std::uint64_t number, UniqueFd order) override;
  void on_tail(const BeginTail& order, UniqueFd packets) override;
  void on_verify_presence(UniqueFd packets) override;
  void on_report_memory(UniqueFd packets) override;
  void on_announce(std::string_view row) override;
  void on_list_nodes(UniqueFd packets) override;
  void on_log_level(const std::string& level) override;
  void on_orphaned() override { registry_.withdraw(); }
  Heartbeat heartbeat() override;
  OwnerReport owner_report() const;
  void look_around();

  ws::SessionRules session_rules(std::uint64_t max_message);
  void add_routes();
  void accept(UniqueFd fd, bool with_tls);
  std::string obstacle() const;
  void go_on_stopping();
  void leave_owner();
  void apply(const SettingsOrder& order);
  void go_on_reconfiguring();

  uv_loop_t* loop_;
  Settings settings_;
  Configure configure_;
  MappedCounters counter_page_;
  Counters& counters_;
  LoopLag lag_;
  SpareMemory spare_memory_;
  ResidentMemory memory_at_start_;
  std::size_t openssl_at_start_ = 0;  // bytes
  SupervisorLink link_;
  cluster::Keys keys_;
  bus::RedisBus bus_;
  cluster::Owner owner_;
  pusher::Apps apps_;
  cluster::Sweeper sweeper_;
  cluster::ChannelStates states_;
  ws::MessageReader reader_;
  std::optional<raw::Broadcast> raw_;
  std::optional<ws::Echo> echo_;
  pusher::Hub hub_;
  pusher::Users users_;
  pusher::Connections connections_;
  pusher::Surroundings surroundings_;
  pusher::Endpoint pusher_;
  pusher::Api api_;
  cluster::NodeRegistry registry_;
  instance::Endpoint instance_;
  http::Up up_;
  http::Ready ready_;
  http::Router router_;
  http::Proxies proxies_;
  net::TlsServer tls_;
  net::Reactor reactor_;
  std::vector<std::unique_ptr<net::Acceptor>> acceptors_;
  net::Shedding shedding_;
  bool ends_after_shedding_ = false;
  std::list<PresenceCheck> presence_checks_;
  bool stopping_ = false;
  std::size_t next_to_reconfigure_ = 0;  // a descriptor
  UvIdle reconfiguring_;
  TimePoint stop_by_;
  UvTimer stop_timer_;
  UvTimer second_timer_;
};

}  // namespace belfry::worker
