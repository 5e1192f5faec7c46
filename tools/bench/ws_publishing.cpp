#include "tools/bench/ws_publishing.hpp"

#include "tools/bench/client_frame.hpp"
#include "tools/message_line.hpp"
#include "tools/publish_error.hpp"
#include "tools/ws_close.hpp"
#include "worker/pusher/json_text.hpp"
#include "worker/pusher/server_events.hpp"

namespace belfry::bench {
namespace {

constexpr std::string_view kEvent = "client-bench";

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string refusal(std::string_view message) {
  const std::string text = "the server refused the publisher: " + tools::printable_line(message.substr(0, 200));
  const bool is_limit = message.find("4301") != std::string_view::npos;
  return is_limit ? text + "; max_client_events_per_second = 0 of the app lifts that limit" : text;
}

}  // namespace

WsPublishing::WsPublishing(const Plan& plan)
    : plan_(plan),
      handshake_(plan.speaks_pusher() ? plan.target.url : plan.target.publish_url),
      key_{plan.target.app.key, pusher::Signer(plan.target.app.secret)} {}

void WsPublishing::append_message(std::string& out, std::size_t channel, std::string_view data) {
  if (!plan_.speaks_pusher()) return append_client_frame(out, ws::Opcode::text, data);
  const std::string text =
      pusher::client_event(kEvent, plan_.channels[channel], pusher::json_string(data), std::nullopt);
  append_client_frame(out, ws::Opcode::text, text);
}

Result<std::size_t> WsPublishing::take(std::string_view in, std::string& out, Answers&) {
  std::size_t taken = 0;
  if (!is_upgraded_) {
    auto size = handshake_.judge(in);
    if (!size || *size == 0) return size;
    taken = *size;
    is_upgraded_ = true;
  }
  ServerFrames frames(bytes_of(in.substr(taken)));
  while (const auto frame = frames.next())
    if (auto fine = take_frame(*frame, out); !fine) return Unexpected(fine.error());
  if (frames.broken()) return Unexpected("the server sent the publisher what is no frame");
  return in.size() - frames.rest().size();
}

Result<void> WsPublishing::take_frame(const ServerFrame& frame, std::string& out) {
  if (frame.opcode == ws::Opcode::ping) append_client_frame(out, ws::Opcode::pong, frame.payload);
  if (frame.opcode == ws::Opcode::close)
    return Unexpected("the server closed the publisher's connection: " + tools::parse_close(frame.payload).to_string());
  if (frame.opcode != ws::Opcode::text) return {};
  if (plan_.speaks_pusher()) return take_event(frame.payload, out);
  if (const auto error = tools::publish_error(frame.payload))
    return Unexpected("the server did not publish a message: " + *error);
  return {};
}

Result<void> WsPublishing::take_event(std::string_view message, std::string& out) {
  const std::string_view event = event_of(message);
  if (event == kEstablished) subscribe_all(socket_id_of(message), out);
  if (event == kSubscribed) ++subscribed_;
  if (event == kPing) append_client_frame(out, ws::Opcode::text, kPongText);
  if (event == kError || event == kSubscriptionError) return Unexpected(refusal(message));
  return {};
}

void WsPublishing::subscribe_all(std::string_view socket_id, std::string& out) const {
  for (const std::string& channel : plan_.channels)
    append_client_frame(out, ws::Opcode::text, subscribe_text(key_, socket_id, channel));
}

}  // namespace belfry::bench
