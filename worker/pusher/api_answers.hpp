// The bodies with which the HTTP API answers, as JSON. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "worker/pusher/api_requests.hpp"
#include "worker/pusher/channel_queries.hpp"

namespace belfry::pusher {

// A count of users only where the channel is a presence channel.
std::string events_answer(const Trigger& trigger, const ChannelQueries::Channels& known);
std::string batch_answer(const std::vector<Trigger>& triggers, const ChannelQueries::Channels& known);

std::string channels_answer(const ChannelQueries::Channels& channels, const Info& info);
std::string channel_answer(const ChannelQueries::Facts& facts, const Info& info);
// With what the application signed about each where `with_info`.
std::string users_answer(const std::vector<ChannelQueries::User>& users, bool with_info);

}  // namespace belfry::pusher
