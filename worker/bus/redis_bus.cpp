#include "worker/bus/redis_bus.hpp"

#include <utility>

namespace belfry::bus {
namespace {

constexpr Milliseconds kTick{250};
constexpr Milliseconds kProbeInterval{1000};
constexpr Milliseconds kProbeTimeout{4000};
constexpr Milliseconds kConfirmTimeout{4000};
constexpr std::size_t kMaxUnsentBytes = 64 * 1024 * 1024;  // then Redis is too slow to be given more

PublishOutcome outcome_of(Reply reply) {
  if (reply.is_missing()) return {PublishOutcome::What::unknown, "the connection to Redis was lost"};
  if (reply.is_error()) return {PublishOutcome::What::not_sent, reply.text()};
  return {};
}

}  // namespace

RedisBus::RedisBus(uv_loop_t* loop, RedisEndpoint endpoint, std::string probe_channel,
                   std::vector<const Script*> scripts, Counters& counters)
    : loop_(loop),
      endpoint_(std::move(endpoint)),
      probe_channel_(std::move(probe_channel)),
      scripts_(std::move(scripts)),
      counters_(counters),
      commands_(loop, endpoint_, "commands", *this),
      subscriptions_connection_(loop, endpoint_, "subscriptions", *this),
      subscriptions_([this](std::string_view verb, const std::vector<std::string>& channels) {
        std::vector<std::string_view> arguments = {verb};
        arguments.insert(arguments.end(), channels.begin(), channels.end());
        subscriptions_connection_.subscription_command(arguments);
      }),
      tick_timer_(make_uv_handle<uv_timer_t>(loop, this, uv_timer_init)) {
  subscriptions_.subscribe(probe_channel_, *this, now());
}

void RedisBus::start() {
  uv_timer_start(
      tick_timer_.get(), [](uv_timer_t* timer) noexcept { static_cast<RedisBus*>(timer->data)->tick(); }, kTick.count(),
      kTick.count());
  commands_.start();
  subscriptions_connection_.start();
}

RedisState RedisBus::state() const {
  if (commands_.is_ready() && subscriptions_connection_.is_ready()) return RedisState::connected;
  return was_connected_ ? RedisState::away : RedisState::connecting;
}

std::string RedisBus::reason() const {
  return commands_.is_ready() ? subscriptions_connection_.reason() : commands_.reason();
}

Bus::Standing RedisBus::subscribe(const std::string& channel, ChannelListener& listener) {
  return subscriptions_.subscribe(channel, listener, now());
}

void RedisBus::unsubscribe(const std::string& channel) { subscriptions_.unsubscribe(channel, now()); }

void RedisBus::publish(std::string_view channel, std::string_view payload, OnPublished on_published) {
  if (!commands_.is_ready() || commands_.unsent_bytes() > kMaxUnsentBytes) {
    ++counters_.unpublished;
    const std::string reason = commands_.is_ready() ? "Redis is too slow" : "Redis is away: " + commands_.reason();
    return on_published({PublishOutcome::What::not_sent, reason});
  }
  const std::uint64_t number = publishes_.begin(std::move(on_published), now());
  const std::string_view arguments[] = {"PUBLISH", channel, payload};
  commands_.command(arguments, [this, number](Reply reply) {
    ++(reply.ok() ? counters_.published : counters_.unpublished);
    publishes_.answer(number, outcome_of(reply));
  });
}

void RedisBus::command(Texts arguments, OnReply on_reply) {
  const std::vector<std::string_view> views(arguments.begin(), arguments.end());
  commands_.command(views, std::move(on_reply));
}

void RedisBus::run(const Script& script, Texts keys, Texts arguments, OnReply on_reply) {
  const std::string key_count = std::to_string(keys.size());
  std::vector<std::string_view> views = {"EVALSHA", script.sha1(), key_count};
  views.insert(views.end(), keys.begin(), keys.end());
  views.insert(views.end(), arguments.begin(), arguments.end());
  commands_.command(views, [this, on_reply = std::move(on_reply)](Reply reply) {
    if (!reply.is_error() || !reply.text().starts_with("NOSCRIPT")) return on_reply(reply);
    on_reply(Reply());
    commands_.fail("Redis has forgotten its scripts");
  });
}

void RedisBus::on_ready(RedisConnection& connection) {
  if (&connection == &commands_) {
    load_scripts();
    for (ConnectionWatcher* watcher : watchers_) watcher->on_commands_ready();
  } else {
    subscriptions_.connection_up(now());
  }
  was_connected_ = was_connected_ || state() == RedisState::connected;
}

void RedisBus::on_lost(RedisConnection& connection) {
  ++counters_.redis_reconnects;
  RedisConnection& other = &connection == &commands_ ? subscriptions_connection_ : commands_;
  if (was_connected_ && other.is_ready()) away_since_ = now();
  probe_unheard_since_ = {};
  if (&connection == &subscriptions_connection_) return subscriptions_.connection_down();
  for (ConnectionWatcher* watcher : watchers_) watcher->on_commands_lost();
}

void RedisBus::on_push(Reply push) {
  const std::string_view kind = push[0].text();
  const std::string channel(push[1].text());
  if (kind == "message") subscriptions_.message(channel, push[2].text());
  else if (kind == "subscribe") subscriptions_.confirmed_subscribe(channel, now());
  else if (kind == "unsubscribe") subscriptions_.confirmed_unsubscribe(channel, now());
  else if (push.is_error()) subscriptions_connection_.fail(std::string(push.text()));
}

void RedisBus::load_scripts() {
  for (const Script* script : scripts_) {
    const std::string_view arguments[] = {"SCRIPT", "LOAD", script->body()};
    commands_.command(arguments, [this](Reply reply) {
      if (reply.is_error()) commands_.fail("SCRIPT LOAD: " + std::string(reply.text()));
    });
  }
}

void RedisBus::on_live() { probe(); }

void RedisBus::on_message(std::string_view) { probe_unheard_since_ = {}; }

void RedisBus::tick() {
  publishes_.expire(now());
  subscriptions_.expire(now());
  if (subscriptions_.unconfirmed_for(now()) > kConfirmTimeout)
    return subscriptions_connection_.fail("SUBSCRIBE is not confirmed");
  if (state() != RedisState::connected) return;
  if (probe_unheard_since_ != TimePoint() && now() - probe_unheard_since_ > kProbeTimeout)
    return subscriptions_connection_.fail("a published probe did not come back");
  if (now() >= next_probe_) probe();
}

// Only a probe that Redis took must come back: while the command connection is silent, it is that one's fault.
void RedisBus::probe() {
  next_probe_ = now() + kProbeInterval;
  const std::string_view arguments[] = {"PUBLISH", probe_channel_, "probe"};
  commands_.command(arguments, [this](Reply reply) {
    if (reply.ok() && probe_unheard_since_ == TimePoint()) probe_unheard_since_ = now();
  });
}

TimePoint RedisBus::now() const { return TimePoint(Milliseconds(uv_now(loop_))); }

}  // namespace belfry::bus
