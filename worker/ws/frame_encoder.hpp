// Frames from the server: one unmasked frame a message (RFC 6455, section 5.1), encoded once and shared by all its
// receivers.
#pragma once

#include <string_view>

#include "worker/net/shared_bytes.hpp"
#include "worker/ws/close_code.hpp"
#include "worker/ws/frame_header.hpp"

namespace belfry::ws {

net::SharedBytes encode_frame(Opcode opcode, std::string_view payload);

// `reason` is UTF-8 of at most 123 bytes. CloseCode::none gives an empty payload.
net::SharedBytes encode_close(CloseCode code, std::string_view reason);

}  // namespace belfry::ws
