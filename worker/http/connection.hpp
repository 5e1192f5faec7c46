// A connection while it speaks HTTP: collects a head, has it parsed and checked, and gives the request to its handler.
// It holds bytes only while a head is incomplete or its request waits. A WebSocket session takes the connection over by
// succeeding it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "common/clock.hpp"
#include "worker/http/head_scanner.hpp"
#include "worker/http/refusal.hpp"
#include "worker/http/response.hpp"
#include "worker/http/router.hpp"
#include "worker/net/stream.hpp"

namespace belfry::http {

class Connection final : public net::Stream {
 public:
  // `request_timeout`: from here to the end of the first head, and from the first byte to the end of each later one.
  Connection(net::Reactor& reactor, UniqueFd fd, const Router& router, Milliseconds request_timeout);

  // For handlers, while they handle a request.
  void respond(const Response& response);
  void refuse(const Refusal& refusal);

  // Gives a waiting request to its handler again.
  void retry();

 private:
  void on_bytes(std::span<const std::uint8_t> bytes) override;
  void on_deadline(net::Tick now) override;
  void on_closed() override;
  void on_stop() override;
  void on_blocked() override { pause_reading(); }
  void on_flushed() override;

  void consume(std::string_view bytes);
  std::size_t consume_head(std::string_view bytes);
  Handled handle_head(std::string_view head);
  void expect_next_head();

  const Router& router_;
  net::Tick request_timeout_;
  net::Tick deadline_;
  std::string pending_;  // of an incomplete head, or of a waiting request and what came behind it
  HeadScanner scanner_;
  Handler* waiting_for_ = nullptr;
  bool keep_alive_ = true;
  bool head_only_ = false;
};

}  // namespace belfry::http
