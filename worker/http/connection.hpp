// A connection while it speaks HTTP: collects a head, has it parsed and checked, and gives the request, with its body,
// to its handler. It holds bytes only while a head is incomplete or its request waits. A WebSocket session takes the
// connection over by succeeding it. Before the first head a trusted proxy may say for whom it speaks
// (proxy_header.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "common/app_counters.hpp"
#include "common/clock.hpp"
#include "common/ip_address.hpp"
#include "worker/http/head_scanner.hpp"
#include "worker/http/proxies.hpp"
#include "worker/http/refusal.hpp"
#include "worker/http/response.hpp"
#include "worker/http/router.hpp"
#include "worker/net/stream.hpp"

namespace belfry::http {

class Connection final : public net::Stream {
 public:
  // `request_timeout`: from here to the end of the first head, from the first byte to the end of each later one, and
  // between two pieces of a body.
  // `tls`: none, or the session that begins with the first byte; there is no PROXY header then.
  Connection(net::Reactor& reactor, UniqueFd fd, std::unique_ptr<net::TlsSession> tls, const Router& router,
             Proxies& proxies, Milliseconds request_timeout);

  // For handlers, while they handle a request, or later where they answered `waiting`.
  void respond(const Response& response);
  void refuse(const Refusal& refusal);
  // The answer to this request is counted for the app.
  void count_for(AppCounters& app) { counted_for_ = &app; }
  // Who sent the request: the peer or, as far as trusted proxies say so, who is behind it. The first question costs a
  // system call. None where the peer has gone meanwhile.
  IpAddress client_address(const Request& request);

  void account(MemoryAccount& account) const override;

  // Gives a waiting request to its handler again.
  void retry();

 private:
  void on_bytes(std::span<const std::uint8_t> bytes) override;
  void on_deadline(net::Tick now) override;
  void on_closed() override;
  void on_end_of_input() override;
  void on_http_without_tls() override;
  void on_stop() override;
  void on_blocked() override { pause_reading(); }
  void on_flushed() override;

  void consume_pending();
  std::size_t consume(std::string_view bytes);
  std::size_t consume_next(std::string_view bytes);
  std::size_t consume_proxy_header(std::string_view bytes);
  std::size_t consume_request(std::string_view bytes);
  bool head_is_complete(std::string_view bytes);
  bool body_is_complete(const Request& request, std::string_view behind_head);
  Handled dispatch(const Request& request);
  std::optional<Request> accept_head(std::string_view head);
  void count_answer(const Response& response);
  void expect_input();
  void expect_next_request();
  void refuse_proxy_header(const std::string& reason);
  const IpAddress& peer();

  const Router& router_;
  Proxies& proxies_;
  net::Tick request_timeout_;
  net::Tick deadline_;
  std::string pending_;  // of an incomplete request, or a waiting one and what came behind it
  HeadScanner scanner_;
  AppCounters* counted_for_ = nullptr;
  Handler* handler_ = nullptr;    // of the request whose head was accepted last
  std::size_t waiting_size_ = 0;  // of the request at the front of pending_ that its handler has yet to answer; 0: none
  std::size_t body_size_ = 0;
  IpAddress peer_;           // or whom a trusted one speaks for; none: nobody has asked yet
  bool at_start_;            // a PROXY header may come
  bool may_forward_ = true;  // the peer may name the client in a field; not where it said that it cannot
  bool keep_alive_ = true;
  bool head_only_ = false;
  bool continue_sent_ = false;
  bool answered_ = false;  // a request; what comes now is a further one
  bool stopping_ = false;
};

}  // namespace belfry::http
