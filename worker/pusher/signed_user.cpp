// The documents that an application signs: channel_data and user_data (client_message.hpp).
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "common/plain_text.hpp"
#include "worker/pusher/client_message.hpp"
#include "worker/pusher/json_document.hpp"
#include "worker/pusher/json_members.hpp"

namespace belfry::pusher {
namespace {

bool is_integer(std::string_view raw) {
  if (raw.starts_with('-')) raw.remove_prefix(1);
  return !raw.empty() && std::ranges::all_of(raw, [](char c) { return c >= '0' && c <= '9'; });
}

// Applications write ids as strings or as integers of any size; the text of both names the same user.
Result<std::string> id_of(std::string_view name, const simdjson::dom::element* value, std::string_view raw) {
  if (value == nullptr) return Unexpected(fmt::format("{} is missing", name));
  if (const auto text = string_of(*value)) {
    if (text->empty()) return Unexpected(fmt::format("{} is empty", name));
    if (!is_plain_text(*text)) return Unexpected(fmt::format("{} holds a control character", name));
    return std::string(*text);
  }
  if (!is_integer(raw)) return Unexpected(fmt::format("{} is neither a string nor an integer", name));
  return std::string(raw);
}

// Pusher's documents leave user_info out where there is none. pusher-js would pass on what we send: with {} a page that
// reads member.info.name finds undefined, with null it fails.
template <std::size_t N>
std::string user_info(const JsonMembers<N>& members, std::size_t which, std::string_view text) {
  return members.has(which) ? std::string(members.raw(which, text)) : "{}";
}

Result<std::vector<std::string>> watchlist_of(const simdjson::dom::element* value, std::string_view raw) {
  std::vector<std::string> ids;
  if (value == nullptr) return ids;
  simdjson::dom::array array;
  if (value->get(array) != simdjson::SUCCESS) return Unexpected("user_data.watchlist is not an array");
  RawValues texts(raw);
  for (const simdjson::dom::element element : array) {
    auto id = id_of("an entry of user_data.watchlist", &element, texts.next());
    if (!id) return Unexpected(id.error());
    ids.push_back(std::move(*id));
  }
  return ids;
}

}  // namespace

Result<Member> parse_channel_data(std::string_view channel_data) {
  enum : std::size_t { kUserId, kUserInfo };
  JsonDocument document;
  if (const auto fault = document.parse(channel_data)) return Unexpected("channel_data " + *fault);
  JsonMembers members(std::array<std::string_view, 2>{"user_id", "user_info"});
  if (const auto fault = members.read(document.root())) return Unexpected("channel_data " + *fault);
  auto id = id_of("channel_data.user_id", members[kUserId], members.raw(kUserId, channel_data));
  if (!id) return Unexpected(id.error());
  return Member{std::move(*id), user_info(members, kUserInfo, channel_data)};
}

Result<User> parse_user_data(std::string_view user_data) {
  enum : std::size_t { kId, kUserInfo, kWatchlist };
  JsonDocument document;
  if (const auto fault = document.parse(user_data)) return Unexpected("user_data " + *fault);
  JsonMembers members(std::array<std::string_view, 3>{"id", "user_info", "watchlist"});
  if (const auto fault = members.read(document.root())) return Unexpected("user_data " + *fault);
  auto id = id_of("user_data.id", members[kId], members.raw(kId, user_data));
  if (!id) return Unexpected(id.error());
  auto watchlist = watchlist_of(members[kWatchlist], members.raw(kWatchlist, user_data));
  if (!watchlist) return Unexpected(watchlist.error());
  return User{std::move(*id), user_info(members, kUserInfo, user_data), std::move(*watchlist)};
}

}  // namespace belfry::pusher
