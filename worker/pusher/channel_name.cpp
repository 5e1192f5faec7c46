#include "worker/pusher/channel_name.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/plain_text.hpp"

namespace belfry::pusher {
namespace {

constexpr std::string_view kToUser = "#server-to-user-";

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_-=@,.;").find(c) != std::string_view::npos;
}

// Of valid UTF-8: every byte but continuations begins a character.
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

std::optional<std::string> length_fault(std::string_view what, std::string_view text, std::size_t max_length) {
  if (text.empty()) return fmt::format("{} is empty", what);
  if (max_length == 0 || text.size() <= max_length) return std::nullopt;
  const std::size_t length = characters(text);
  if (length <= max_length) return std::nullopt;
  return fmt::format("{} has {} characters, the limit is {}", what, length, max_length);
}

}  // namespace

ChannelKind kind_of(std::string_view channel) {
  ChannelKind kind;
  if (channel.starts_with(kToUser)) {
    kind.authenticated = kind.to_user = true;
    return kind;
  }
  kind.presence = take_prefix(channel, "presence-");
  kind.authenticated = kind.presence || take_prefix(channel, "private-");
  kind.encrypted = kind.authenticated && !kind.presence && take_prefix(channel, "encrypted-");
  kind.cached = channel.starts_with("cache-");
  return kind;
}

std::string_view user_of(std::string_view channel) {
  return channel.starts_with(kToUser) ? channel.substr(kToUser.size()) : std::string_view{};
}

std::optional<std::string> channel_name_fault(std::string_view channel, std::size_t max_length) {
  if (auto fault = length_fault("channel name", channel, max_length)) return fault;
  if (channel.starts_with(kToUser)) {
    if (user_of(channel).empty()) return "channel name #server-to-user- lacks a user id";
    if (!is_plain_text(channel)) return "channel name has a user id that holds control characters or is not UTF-8";
    return std::nullopt;
  }
  if (channel.starts_with('#')) return "channel name begins with #, and only #server-to-user-ID may";
  if (!std::ranges::all_of(channel, is_name_character))
    return "channel name holds a character that is none of a-z A-Z 0-9 _ - = @ , . ;";
  return std::nullopt;
}

std::optional<std::string> event_name_fault(std::string_view event, std::size_t max_length) {
  if (auto fault = length_fault("event name", event, max_length)) return fault;
  if (!is_plain_text(event)) return "event name holds control characters or is not UTF-8";
  return std::nullopt;
}

}  // namespace belfry::pusher
