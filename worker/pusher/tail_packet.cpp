#include "worker/pusher/tail_packet.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <string_view>
#include <utility>

#include "worker/pusher/json_text.hpp"

namespace belfry::pusher {
namespace {

// In bytes, before they are escaped, which makes six of one at worst.
constexpr std::size_t kLongestText = 1024;
constexpr std::size_t kLongestPayload = 16 * 1024;
static_assert(6 * (kLongestPayload + 5 * kLongestText) < kMaxTailPacket);

// At most `longest` bytes, and whole characters of UTF-8.
std::string_view cut(std::string_view text, std::size_t longest) {
  if (text.size() <= longest) return text;
  while (longest > 0 && (static_cast<unsigned char>(text[longest]) & 0xc0) == 0x80) --longest;
  return text.substr(0, longest);
}

void append_text(std::string& packet, std::string_view name, std::string_view text, std::size_t longest) {
  packet.append(",\"").append(name).append("\":\"");
  append_escaped(packet, cut(text, longest));
  packet += '"';
}

std::string head(std::string_view kind, std::int64_t time_ms, std::uint32_t slot) {
  return fmt::format(R"({{"time_ms":{},"worker":{},"kind":"{}")", time_ms, slot, kind);
}

}  // namespace

std::string tail_packet(const Happening& happening, std::int64_t time_ms, std::uint32_t slot, bool with_payload) {
  std::string packet = head(happening.kind, time_ms, slot);
  if (happening.session) append_text(packet, "socket_id", happening.session->to_string(), kLongestText);
  const std::pair<std::string_view, std::string_view> texts[] = {{"channel", happening.channel},
                                                                 {"event", happening.event},
                                                                 {"user", happening.user},
                                                                 {"reason", happening.reason}};
  for (const auto& [name, text] : texts)
    if (!text.empty()) append_text(packet, name, text, kLongestText);
  if (!happening.client.is_none()) append_text(packet, "client", happening.client.to_string(), kLongestText);
  if (happening.code != 0) packet += fmt::format(R"(,"code":{})", happening.code);
  if (happening.payload) packet += fmt::format(R"(,"size":{})", happening.payload->size());
  if (happening.payload && with_payload) append_text(packet, "payload", *happening.payload, kLongestPayload);
  return packet += '}';
}

std::string dropped_packet(std::uint64_t count, std::int64_t time_ms, std::uint32_t slot) {
  return head(kDropped, time_ms, slot) + fmt::format(R"(,"count":{}}})", count);
}

}  // namespace belfry::pusher
