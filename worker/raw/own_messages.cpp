#include "worker/raw/own_messages.hpp"

#include <algorithm>

namespace belfry::raw {

std::uint64_t OwnMessages::sent(std::uint64_t sender, std::string_view payload) {
  messages_.push_back({next_number_, sender, std::string(payload)});
  return next_number_++;
}

std::deque<OwnMessages::Message>::iterator OwnMessages::find(std::uint64_t number) {
  return std::ranges::find(messages_, number, &Message::number);
}

void OwnMessages::not_published(std::uint64_t number) {
  if (const auto found = find(number); found != messages_.end()) messages_.erase(found);
}

void OwnMessages::doubtful(std::uint64_t number) {
  if (const auto found = find(number); found != messages_.end()) found->doubtful = true;
}

void OwnMessages::clear() { messages_.clear(); }

std::optional<std::uint64_t> OwnMessages::came_back(std::string_view payload) {
  for (auto message = messages_.begin(); message != messages_.end(); ++message) {
    if (message->payload == payload) {
      const std::uint64_t sender = message->sender;
      messages_.erase(messages_.begin(), message + 1);
      return sender;
    }
    if (!message->doubtful) return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace belfry::raw
