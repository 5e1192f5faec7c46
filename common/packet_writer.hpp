// The writing end of a socket on which somebody reads packets (SOCK_SEQPACKET): nobody waits for a reader who is slow.
#pragma once

#include <string_view>

namespace belfry {

enum class PacketSent { sent, no_room, reader_gone };

PacketSent send_text_packet(int fd, std::string_view text);
bool reader_is_gone(int fd);

}  // namespace belfry
