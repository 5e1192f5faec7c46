// WebSocket frames as a client sends them: masked (RFC 6455, section 5.3).
#pragma once

#include <string>
#include <string_view>

#include "worker/ws/frame_header.hpp"

namespace belfry::bench {

// Behind what `out` holds. `payload` has at most 65,535 bytes.
void append_client_frame(std::string& out, ws::Opcode opcode, std::string_view payload);

}  // namespace belfry::bench
