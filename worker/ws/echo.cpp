#include "worker/ws/echo.hpp"

#include <memory>
#include <utility>

#include "worker/http/connection.hpp"
#include "worker/net/reactor.hpp"
#include "worker/ws/frame_encoder.hpp"
#include "worker/ws/handshake.hpp"

namespace belfry::ws {
namespace {

class EchoSession final : public Session {
 public:
  using Session::Session;

 private:
  void on_message(Opcode opcode, std::string_view payload) override { send_frame(encode_frame(opcode, payload)); }
  void on_end() override {}
  void on_blocked() override { pause_reading(); }
  void on_flushed() override { resume_reading(); }
  net::QueueLimits queue_limits() const override { return {}; }
};

}  // namespace

http::Handled Echo::handle(const http::Request& request, http::Connection& connection) {
  if (const auto refusal = check_upgrade(request)) return connection.refuse(*refusal), http::Handled{};
  net::SharedBytes response = encode_switching_protocols(request);
  auto session = std::make_unique<EchoSession>(connection, rules_);
  session->send(std::move(response));
  return {http::Handled::How::taken_over, &connection.reactor().adopt_successor(std::move(session))};
}

}  // namespace belfry::ws
