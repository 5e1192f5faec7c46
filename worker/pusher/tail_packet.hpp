// What a worker says to `belfry tail`: a JSON object on one line, within kMaxTailPacket. Texts that are longer than
// anybody wants to read on a terminal are cut. Pure: the time comes in.
//
//   {"time_ms":1795526580123,"worker":0,"kind":"client_event","socket_id":"1.2","channel":"private-a",
//    "event":"client-b","size":7,"payload":"{\"x\":1}"}
//
// Besides these: "user", "reason", "code"; "client", the address of who connects or is not let in; of what was not told
// for want of room, {"kind":"dropped","count":7}. What does not apply is absent; "size" counts the bytes of the whole
// payload, also where that is not shown or cut.
#pragma once

#include <cstdint>
#include <string>

#include "worker/pusher/activity.hpp"

namespace belfry::pusher {

std::string tail_packet(const Happening& happening, std::int64_t time_ms, std::uint32_t slot, bool with_payload);
std::string dropped_packet(std::uint64_t count, std::int64_t time_ms, std::uint32_t slot);

}  // namespace belfry::pusher
