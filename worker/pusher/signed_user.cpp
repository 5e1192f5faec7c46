// The documents that an application signs: channel_data and user_data (client_message.hpp).
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "common/plain_text.hpp"
#include "worker/pusher/client_message.hpp"

namespace belfry::pusher {
namespace {

bool is_integer(std::string_view raw) {
  if (raw.starts_with('-')) raw.remove_prefix(1);
  return !raw.empty() && std::ranges::all_of(raw, [](char c) { return c >= '0' && c <= '9'; });
}

// Applications write ids as strings or as integers of any size; the text of both names the same user.
Result<std::string> id_of(std::string_view name, const JsonValue& value) {
  if (value.is_absent()) return Unexpected(fmt::format("{} is missing", name));
  if (is_integer(value.raw)) return std::string(value.raw);
  if (!value.is_string()) return Unexpected(fmt::format("{} is neither a string nor an integer", name));
  if (value.text.empty()) return Unexpected(fmt::format("{} is empty", name));
  if (!is_plain_text(value.text)) return Unexpected(fmt::format("{} holds a control character", name));
  return std::string(value.text);
}

// Pusher's documents leave user_info out where there is none. pusher-js would pass on what we send: with {} a page that
// reads member.info.name finds undefined, with null it fails.
std::string user_info(const JsonValue& value) { return value.is_absent() ? "{}" : std::string(value.raw); }

Result<std::vector<std::string>> watchlist_of(const JsonValue& value) {
  std::vector<std::string> ids;
  if (value.is_absent_or_null()) return ids;
  if (!value.is_array()) return Unexpected("user_data.watchlist is not an array");
  for (const JsonValue& element : value.elements) {
    auto id = id_of("an entry of user_data.watchlist", element);
    if (!id) return Unexpected(id.error());
    ids.push_back(std::move(*id));
  }
  return ids;
}

}  // namespace

Result<Member> parse_channel_data(std::string_view channel_data) {
  JsonReader reader;
  auto members = reader.read(channel_data, std::array<std::string_view, 2>{"user_id", "user_info"});
  if (!members) return Unexpected("channel_data " + members.error().message);
  const auto& [user_id, info] = *members;
  auto id = id_of("channel_data.user_id", user_id);
  if (!id) return Unexpected(id.error());
  return Member{std::move(*id), user_info(info)};
}

Result<User> parse_user_data(std::string_view user_data) {
  JsonReader reader;
  auto members = reader.read(user_data, std::array<std::string_view, 3>{"id", "user_info", "watchlist"}, "watchlist");
  if (!members) return Unexpected("user_data " + members.error().message);
  const auto& [user_id, info, watched] = *members;
  auto id = id_of("user_data.id", user_id);
  if (!id) return Unexpected(id.error());
  auto watchlist = watchlist_of(watched);
  if (!watchlist) return Unexpected(watchlist.error());
  return User{std::move(*id), user_info(info), std::move(*watchlist)};
}

}  // namespace belfry::pusher
