// An open WebSocket, client side, on wslay's event API. Its owner polls fd() for poll_events() and calls turn();
// messages come to the handler during turn(). It ends with both close frames, or with the Error of a broken connection.
#pragma once

#include <sys/types.h>
#include <wslay/wslay.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/result.hpp"
#include "tools/transport.hpp"
#include "tools/ws_close.hpp"
#include "tools/ws_open.hpp"

namespace belfry::tools {

struct WsMessage {
  bool is_text = true;
  std::string_view payload;  // valid during the handler's call only
};

class WsClient {
 public:
  using MessageHandler = std::function<void(const WsMessage&)>;

  explicit WsClient(OpenedWebSocket opened);
  ~WsClient();
  WsClient(const WsClient&) = delete;
  WsClient& operator=(const WsClient&) = delete;

  void on_message(MessageHandler handler) { handler_ = std::move(handler); }
  void send_text(std::string_view text);  // queued; that it is valid UTF-8 is the caller's duty
  void close() { closing_ = true; }       // with 1000, once everything that is queued has been written

  int fd() const { return transport_->fd(); }
  short poll_events() const;
  bool has_more_to_read() const;  // turn() stopped early: call it again without waiting
  Result<void> turn();            // reads and writes what is possible now

  bool is_closing() const { return closing_; }  // close() was called
  bool is_closed() const;                       // the peer's close frame has come and ours has gone
  const std::optional<WsClose>& peer_close() const { return peer_close_; }
  bool peer_closed_first() const { return peer_closed_first_; }
  std::size_t queued_bytes() const { return wslay_event_get_queued_msg_length(context_); }
  std::size_t written_bytes() const { return written_bytes_; }

 private:
  Result<void> read_messages();
  Result<void> write_messages();
  Result<void> protocol_broken();

  // wslay's callbacks
  static const wslay_event_callbacks& callbacks();
  ssize_t receive(std::uint8_t* buffer, std::size_t size);
  ssize_t send(const std::uint8_t* bytes, std::size_t size);
  ssize_t would_block();
  ssize_t broken(Error failure);
  void close_frame_ended();
  void message_came(const wslay_event_on_msg_recv_arg& message);

  std::unique_ptr<Transport> transport_;
  std::vector<std::uint8_t> first_bytes_;  // came with the handshake's answer; read before the socket
  wslay_event_context_ptr context_ = nullptr;
  MessageHandler handler_;
  std::optional<std::string> close_payload_;  // of the close frame that is arriving
  std::optional<WsClose> peer_close_;
  Error failure_;               // of the transport, while wslay unwinds
  std::size_t turn_bytes_ = 0;  // read in this turn
  std::size_t written_bytes_ = 0;
  bool blocked_ = false;
  bool closing_ = false;       // close() was called
  bool close_queued_ = false;  // our close frame is on its way
  bool peer_closed_first_ = false;
};

}  // namespace belfry::tools
