// One end of a control channel: sends and receives typed messages (control_messages.hpp) over a SOCK_SEQPACKET socket,
// with at most one descriptor riding along. Non-blocking; it knows no loop: the owner polls fd() and calls receive().
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "common/control_messages.hpp"
#include "common/result.hpp"
#include "common/unique_fd.hpp"

namespace belfry {

// A connected SOCK_SEQPACKET pair, close-on-exec, non-blocking.
Result<std::pair<UniqueFd, UniqueFd>> make_control_pair();

namespace detail {

struct Packet {
  std::uint32_t kind = 0;
  std::string body;
  UniqueFd attached;
};

Result<void> send_packet(int fd, std::uint32_t kind, const void* body, std::size_t size, int attached);
// nullopt: nothing there now. EOF and any violation of the framing are errors.
Result<std::optional<Packet>> receive_packet(int fd);

// The message of alternative `kind`, or an Error for a kind or length that Message does not have.
template <typename Message, std::size_t I = 0>
Result<Message> decode(std::uint32_t kind, const std::string& body) {
  if constexpr (I == std::variant_size_v<Message>) {
    return Unexpected("control channel: unknown message kind " + std::to_string(kind));
  } else {
    if (kind != I) return decode<Message, I + 1>(kind, body);
    using Struct = std::variant_alternative_t<I, Message>;
    static_assert(std::is_trivially_copyable_v<Struct>);
    if (body.size() != sizeof(Struct))
      return Unexpected("control channel: message kind " + std::to_string(kind) + " has a wrong length");
    Struct message;
    __builtin_memcpy(&message, body.data(), sizeof message);
    return Message(std::in_place_index<I>, message);
  }
}

}  // namespace detail

// Incoming and Outgoing are ToWorker and ToSupervisor, either way round.
template <typename Incoming, typename Outgoing>
class ControlChannel {
 public:
  struct Received {
    Incoming message;
    UniqueFd attached;  // the descriptor that came along, if one did
  };

  explicit ControlChannel(UniqueFd fd) : fd_(std::move(fd)) {}

  int fd() const { return fd_.get(); }

  // An Error (EAGAIN among them: the peer does not read) means that the peer did not get it.
  Result<void> send(const Outgoing& message, int attached = -1) {
    const auto kind = static_cast<std::uint32_t>(message.index());
    return std::visit(
        [&](const auto& body) { return detail::send_packet(fd_.get(), kind, &body, sizeof body, attached); }, message);
  }

  // nullopt: nothing there now. An Error ends the channel: EOF (code 0, "peer closed"), or a message that must not
  // come.
  Result<std::optional<Received>> receive() {
    auto packet = detail::receive_packet(fd_.get());
    if (!packet) return Unexpected(packet.error());
    if (!packet->has_value()) return std::optional<Received>();
    auto message = detail::decode<Incoming>((*packet)->kind, (*packet)->body);
    if (!message) return Unexpected(message.error());
    return std::optional<Received>(Received{std::move(*message), std::move((*packet)->attached)});
  }

 private:
  UniqueFd fd_;
};

using WorkerEnd = ControlChannel<ToWorker, ToSupervisor>;
using SupervisorEnd = ControlChannel<ToSupervisor, ToWorker>;

}  // namespace belfry
