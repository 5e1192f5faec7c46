#include "supervisor/tails.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include "common/packet_writer.hpp"
#include "supervisor/packet_lines.hpp"

namespace belfry::supervisor {
namespace {

template <std::size_t N>
bool copy(std::string_view text, char (&field)[N]) {
  if (text.size() >= N) return false;
  std::ranges::copy(text, field);
  return true;
}

}  // namespace

Result<BeginTail> begin_tail(const TailOrder& order, const std::vector<AppSettings>& apps) {
  const auto is_named = [&](const AppSettings& app) {
    const bool by_previous_key = !app.previous_key.empty() && order.app == app.previous_key;
    return order.app == app.key || order.app == app.id || by_previous_key;
  };
  const auto app = std::ranges::find_if(apps, is_named);
  if (app == apps.end()) return Unexpected(fmt::format("there is no app with the key \"{}\"", order.app));
  BeginTail message = {.payloads = order.payloads};
  if (!copy(app->id, message.app_id)) return Unexpected("the app's id is too long for a tail");
  if (!copy(order.channel, message.channel)) return Unexpected("the channel's name is too long for a tail");
  return message;
}

Result<UniqueFd> Tails::begin(const BeginTail& order, const Send& to_all_workers) {
  forget_those_over();
  auto pair = make_packet_pair();
  if (!pair) return Unexpected(pair.error());
  to_all_workers(order, pair->second.get());
  tails_.push_back({order, std::move(pair->second)});
  return std::move(pair->first);
}

void Tails::tell_new_worker(const Send& to_worker) {
  forget_those_over();
  for (const Tail& tail : tails_) to_worker(tail.order, tail.packets.get());
}

void Tails::forget_those_over() {
  std::erase_if(tails_, [](const Tail& tail) { return reader_is_gone(tail.packets.get()); });
}

}  // namespace belfry::supervisor
