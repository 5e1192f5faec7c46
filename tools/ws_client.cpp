#include "tools/ws_client.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <cerrno>
#include <span>

#include "common/assert.hpp"

namespace belfry::tools {
namespace {

constexpr std::uint64_t kMaxMessageBytes = 64 * 1024 * 1024;
// A turn reads no more than this, so that a flood from the server does not keep its owner from stdin and signals.
constexpr std::size_t kTurnBytes = 256 * 1024;

WsClient& client_of(void* user) { return *static_cast<WsClient*>(user); }

// wslay knows RFC 6455's own codes and would answer these registered ones with 1002.
bool is_later_registered_code(std::uint16_t code) { return code >= 1012 && code <= 1014; }

const std::uint8_t* bytes_of(std::string_view text) { return reinterpret_cast<const std::uint8_t*>(text.data()); }

}  // namespace

WsClient::WsClient(OpenedWebSocket opened)
    : transport_(std::move(opened.transport)), first_bytes_(std::move(opened.first_bytes)) {
  BELFRY_ASSERT(wslay_event_context_client_init(&context_, &callbacks(), this) == 0);
  wslay_event_config_set_max_recv_msg_length(context_, kMaxMessageBytes);
}

WsClient::~WsClient() {
  transport_->end();
  wslay_event_context_free(context_);
}

void WsClient::send_text(std::string_view text) {
  const wslay_event_msg message{WSLAY_TEXT_FRAME, bytes_of(text), text.size()};
  const int result = wslay_event_queue_msg(context_, &message);
  BELFRY_ASSERT(result == 0 || result == WSLAY_ERR_NO_MORE_MSG);  // the latter: the peer has closed
}

short WsClient::poll_events() const { return transport_->poll_events(wslay_event_want_write(context_) != 0); }

bool WsClient::has_more_to_read() const { return turn_bytes_ >= kTurnBytes; }

bool WsClient::is_closed() const { return peer_close_ && wslay_event_want_write(context_) == 0; }

Result<void> WsClient::turn() {
  turn_bytes_ = 0;
  if (auto read = read_messages(); !read) return read;
  auto written = write_messages();
  if (written) return written;
  // A peer that closed and went away cannot be written to, but what it said before may still be there to read.
  if (auto read = read_messages(); !read) return written;
  return peer_close_ ? Result<void>() : written;
}

Result<void> WsClient::read_messages() {
  // wslay may ask for more with bytes of the transport still unread: the transport alone knows when it is empty.
  for (blocked_ = false; !blocked_ && !peer_close_ && wslay_event_want_read(context_) != 0;) {
    if (wslay_event_recv(context_) != 0) return Unexpected(failure_);
  }
  return peer_close_ || wslay_event_want_read(context_) != 0 ? Result<void>() : protocol_broken();
}

Result<void> WsClient::write_messages() {
  if (wslay_event_send(context_) != 0) return Unexpected(failure_);
  // wslay sends a close frame ahead of the messages that were queued before it, hence the wait for an empty queue.
  if (!closing_ || close_queued_ || peer_close_ || wslay_event_get_queued_msg_count(context_) != 0) return {};
  BELFRY_ASSERT(wslay_event_queue_close(context_, kCloseNormal, bytes_of(""), 0) == 0);
  close_queued_ = true;
  return wslay_event_send(context_) == 0 ? Result<void>() : Unexpected(failure_);
}

// wslay has stopped reading and has queued a close frame that names the reason.
Result<void> WsClient::protocol_broken() {
  wslay_event_send(context_);
  const bool too_big = wslay_event_get_status_code_sent(context_) == WSLAY_CODE_MESSAGE_TOO_BIG;
  return Unexpected(too_big ? "the server sent a message above 64 MiB" : "the server sent what RFC 6455 forbids");
}

const wslay_event_callbacks& WsClient::callbacks() {
  static constexpr wslay_event_callbacks kCallbacks = {
      .recv_callback = [](wslay_event_context_ptr, std::uint8_t* buffer, std::size_t size, int,
                          void* user) noexcept { return client_of(user).receive(buffer, size); },
      .send_callback = [](wslay_event_context_ptr, const std::uint8_t* bytes, std::size_t size, int,
                          void* user) noexcept { return client_of(user).send(bytes, size); },
      .genmask_callback = [](wslay_event_context_ptr, std::uint8_t* mask, std::size_t size,
                             void*) noexcept { return RAND_bytes(mask, static_cast<int>(size)) == 1 ? 0 : -1; },
      .on_frame_recv_start_callback =
          [](wslay_event_context_ptr, const wslay_event_on_frame_recv_start_arg* frame, void* user) noexcept {
            if (frame->opcode == WSLAY_CONNECTION_CLOSE) client_of(user).close_payload_.emplace();
          },
      .on_frame_recv_chunk_callback =
          [](wslay_event_context_ptr, const wslay_event_on_frame_recv_chunk_arg* chunk, void* user) noexcept {
            auto& payload = client_of(user).close_payload_;
            if (payload) payload->append(reinterpret_cast<const char*>(chunk->data), chunk->data_length);
          },
      .on_frame_recv_end_callback =
          [](wslay_event_context_ptr, void* user) noexcept {
            if (client_of(user).close_payload_) client_of(user).close_frame_ended();
          },
      .on_msg_recv_callback = [](wslay_event_context_ptr, const wslay_event_on_msg_recv_arg* message,
                                 void* user) noexcept { client_of(user).message_came(*message); },
  };
  return kCallbacks;
}

ssize_t WsClient::receive(std::uint8_t* buffer, std::size_t size) {
  if (!first_bytes_.empty()) {
    const auto count = static_cast<std::ptrdiff_t>(std::min(size, first_bytes_.size()));
    std::copy_n(first_bytes_.begin(), count, buffer);
    first_bytes_.erase(first_bytes_.begin(), first_bytes_.begin() + count);
    return count;
  }
  if (has_more_to_read()) return would_block();
  auto step = transport_->read({buffer, size});
  if (!step) return broken(step.error());
  if (step->ended) return broken({"the server ended the connection without a close frame", ECONNRESET});
  if (step->blocked) return would_block();
  turn_bytes_ += step->bytes;
  return static_cast<ssize_t>(step->bytes);
}

ssize_t WsClient::send(const std::uint8_t* bytes, std::size_t size) {
  auto step = transport_->write({bytes, size});
  if (!step) return broken(step.error());
  if (step->blocked) return would_block();
  written_bytes_ += step->bytes;
  return static_cast<ssize_t>(step->bytes);
}

ssize_t WsClient::would_block() {
  blocked_ = true;
  wslay_event_set_error(context_, WSLAY_ERR_WOULDBLOCK);
  return -1;
}

ssize_t WsClient::broken(Error failure) {
  failure_ = std::move(failure);
  wslay_event_set_error(context_, WSLAY_ERR_CALLBACK_FAILURE);
  return -1;
}

void WsClient::close_frame_ended() {
  peer_close_ = parse_close(*close_payload_);
  close_payload_.reset();
  peer_closed_first_ = !close_queued_;
  const auto code = peer_close_->code;
  if (is_later_registered_code(code)) wslay_event_queue_close(context_, code, bytes_of(""), 0);
}

void WsClient::message_came(const wslay_event_on_msg_recv_arg& message) {
  if (!handler_ || wslay_is_ctrl_frame(message.opcode)) return;
  handler_({.is_text = message.opcode == WSLAY_TEXT_FRAME,
            .payload = {reinterpret_cast<const char*>(message.msg), message.msg_length}});
}

}  // namespace belfry::tools
