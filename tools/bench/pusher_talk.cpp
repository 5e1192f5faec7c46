#include "tools/bench/pusher_talk.hpp"

#include <fmt/format.h>

#include <charconv>
#include <system_error>

#include "worker/pusher/channel_name.hpp"

namespace belfry::bench {
namespace {

// What follows the first `name`, its closing quote (escaped or not), a colon and an opening quote, if there is one.
std::string_view behind(std::string_view message, std::string_view name) {
  const std::size_t found = message.find(name);
  if (found == std::string_view::npos) return {};
  message.remove_prefix(found + name.size());
  message.remove_prefix(std::min(message.find_first_not_of("\\\": "), message.size()));
  return message;
}

}  // namespace

std::string_view event_of(std::string_view message) {
  const std::string_view text = behind(message, R"("event")");
  return text.substr(0, text.find('"'));
}

std::string_view socket_id_of(std::string_view message) {
  const std::string_view text = behind(message, "socket_id");
  return text.substr(0, text.find_first_not_of("0123456789."));
}

std::optional<std::uint32_t> activity_timeout_of(std::string_view message) {
  const std::string_view text = behind(message, "activity_timeout");
  std::uint32_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || seconds == 0) return std::nullopt;
  return seconds;
}

std::string subscribe_text(const PusherKey& key, std::string_view socket_id, std::string_view channel) {
  std::string auth;
  if (pusher::kind_of(channel).authenticated) auth = key.key + ":" + key.signer.sign({socket_id, ":", channel});
  return fmt::format(R"({{"event":"pusher:subscribe","data":{{"auth":"{}","channel":"{}"}}}})", auth, channel);
}

}  // namespace belfry::bench
