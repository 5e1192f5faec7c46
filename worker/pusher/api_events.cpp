#include "worker/pusher/api_events.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "worker/http/connection.hpp"
#include "worker/pusher/api_answers.hpp"
#include "worker/pusher/app.hpp"
#include "worker/pusher/hub.hpp"
#include "worker/pusher/server_events.hpp"

namespace belfry::pusher {
http::Handled EventsApi::handle_events(const App& app, const http::Request& request, http::Connection& connection) {
  auto parsed = parse_trigger(reader_, request.body, app.settings);
  if (const auto* refusal = std::get_if<ApiRefusal>(&parsed)) return refuse(app, connection, *refusal);
  return publish(app, {std::move(std::get<Trigger>(parsed))}, false, connection);
}

http::Handled EventsApi::handle_batch(const App& app, const http::Request& request, http::Connection& connection) {
  auto parsed = parse_batch(reader_, request.body, app.settings);
  if (const auto* refusal = std::get_if<ApiRefusal>(&parsed)) return refuse(app, connection, *refusal);
  return publish(app, std::move(std::get<std::vector<Trigger>>(parsed)), true, connection);
}

http::Handled EventsApi::refuse(const App& app, http::Connection& connection, const ApiRefusal& refusal) {
  connection.respond(refused(hub_.activity(), &app, refusal));
  return {};
}

http::Handled EventsApi::publish(const App& app, std::vector<Trigger> triggers, bool is_batch,
                                 http::Connection& connection) {
  const std::uint32_t limit = app.settings.max_backend_events_per_second;
  if (auto held = rates_.hold(app, "max_backend_events_per_second", limit, triggers.size(), connection)) return *held;
  return waiting_.begin(connection, [&](http::WaitingRequests::Answer answer) {
    start(std::make_shared<UnderWay>(UnderWay{app, std::move(triggers), is_batch, std::move(answer)}));
  });
}

void EventsApi::start(const UnderWayPointer& under_way) {
  ++under_way->unanswered;  // until all are sent
  for (const Trigger& trigger : under_way->triggers)
    for (const std::string& channel : trigger.channels) {
      ++under_way->unanswered;
      hub_.activity().tell(&under_way->app, [&] {
        return Happening{.kind = kApiEvent, .channel = channel, .event = trigger.name, .payload = trigger.data};
      });
      hub_.publish_event(under_way->app, channel, trigger.socket_id, channel_event(trigger.name, channel, trigger.data),
                         [this, under_way](bus::PublishOutcome outcome) { settle(under_way, outcome); });
    }
  settle(under_way, {});
}

void EventsApi::settle(const UnderWayPointer& under_way, bus::PublishOutcome outcome) {
  using What = bus::PublishOutcome::What;
  if (outcome.what != What::sent) {
    under_way->failure = outcome.what == What::unknown ? "it is unknown whether every event was published: "
                                                       : "not every event was published: ";
    under_way->failure.append(outcome.reason);
  }
  if (--under_way->unanswered == 0) finish(under_way);
}

void EventsApi::finish(const UnderWayPointer& under_way) {
  const auto fail = [this, under_way](std::string reason) {
    under_way->answer(refused(hub_.activity(), &under_way->app, {503, std::move(reason)}));
  };
  if (!under_way->failure.empty()) return fail(under_way->failure);
  ChannelQueries::Wanted wanted;
  std::vector<std::string> channels;
  for (const Trigger& trigger : under_way->triggers) {
    if (!trigger.info.any()) continue;
    wanted.users = wanted.users || trigger.info.user_count;
    channels.insert(channels.end(), trigger.channels.begin(), trigger.channels.end());
  }
  if (channels.empty()) return under_way->answer({200, "{}", ""});
  queries_.facts(under_way->app, channels, wanted, [under_way, fail](std::optional<ChannelQueries::Channels> known) {
    if (!known) return fail("every event was published, but Redis did not answer what is asked for with info");
    under_way->answer({200,
                       under_way->is_batch ? batch_answer(under_way->triggers, *known)
                                           : events_answer(under_way->triggers.front(), *known),
                       ""});
  });
}

}  // namespace belfry::pusher
