#include "worker/pusher/api_channels.hpp"

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "worker/http/connection.hpp"
#include "worker/http/query.hpp"
#include "worker/pusher/api_answers.hpp"
#include "worker/pusher/app.hpp"
#include "worker/pusher/channel_name.hpp"

namespace belfry::pusher {
namespace {

// PHP sends info[0]=a&info[1]=b for an array.
Info info_of(const http::Query& query) {
  std::string names;
  for (const http::Query::Parameter& parameter : query.parameters())
    if (parameter.key == "info" || parameter.key.starts_with("info[")) names.append(parameter.value).append(",");
  return parse_info(names);
}

}  // namespace

http::Handled ChannelsApi::refuse(const App& app, http::Connection& connection, std::string reason) {
  connection.respond(refused(activity_, &app, {400, std::move(reason)}));
  return {};
}

http::Handled ChannelsApi::handle_channels(const App& app, const http::Request& request, http::Connection& connection) {
  const http::Query query(request.query);
  const std::string prefix(query.get("filter_by_prefix").value_or(""));
  const Info info = info_of(query);
  if (info.user_count && !kind_of(prefix).presence)
    return refuse(app, connection, "user_count is for presence channels: filter_by_prefix must begin with presence-");
  return waiting_.begin(connection, [&](const http::WaitingRequests::Answer& answer) {
    queries_.occupied(
        app, prefix, {.users = info.user_count},
        [this, &app, answer, info](std::optional<ChannelQueries::Channels> channels) {
          answer(channels ? http::Response{200, channels_answer(*channels, info), ""} : unanswered(activity_, app));
        });
  });
}

http::Handled ChannelsApi::handle_channel(const App& app, const std::string& channel, const http::Request& request,
                                          http::Connection& connection) {
  if (const auto fault = channel_name_fault(channel, app.settings.max_channel_name_length))
    return refuse(app, connection, "channel: " + *fault);
  const Info info = info_of(http::Query(request.query));
  if (info.user_count && !kind_of(channel).presence)
    return refuse(app, connection, "user_count is for presence channels, which " + channel + " is not");
  return waiting_.begin(connection, [&](const http::WaitingRequests::Answer& answer) {
    queries_.facts(app, {channel}, {.users = info.user_count, .kept = info.cache},
                   [this, &app, answer, info](std::optional<ChannelQueries::Channels> channels) {
                     answer(channels ? http::Response{200, channel_answer(channels->begin()->second, info), ""}
                                     : unanswered(activity_, app));
                   });
  });
}

http::Handled ChannelsApi::handle_users(const App& app, const std::string& channel, const http::Request& request,
                                        http::Connection& connection) {
  if (!kind_of(channel).presence)
    return refuse(app, connection, "users are those of presence channels, which " + channel + " is not");
  if (const auto fault = channel_name_fault(channel, app.settings.max_channel_name_length))
    return refuse(app, connection, "channel: " + *fault);
  const bool with_info = http::Query(request.query).get("with_user_info") == "1";
  return waiting_.begin(connection, [&](const http::WaitingRequests::Answer& answer) {
    queries_.users(
        app, channel, [this, &app, answer, with_info](std::optional<std::vector<ChannelQueries::User>> users) {
          answer(users ? http::Response{200, users_answer(*users, with_info), ""} : unanswered(activity_, app));
        });
  });
}

}  // namespace belfry::pusher
