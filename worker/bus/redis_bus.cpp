#include "worker/bus/redis_bus.hpp"

#include <algorithm>
#include <utility>

namespace belfry::bus {
namespace {

constexpr Milliseconds kTick{250};
constexpr Milliseconds kProbeInterval{1000};
constexpr Milliseconds kProbeTimeout{4000};
constexpr Milliseconds kConfirmTimeout{4000};
constexpr std::uint64_t kDeliverySliceNs = 5'000'000;
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
      queries_(loop, endpoint_, "queries", *this),
      subscriptions_([this](std::string_view verb, Texts channels) {
        std::vector<std::string_view> arguments = {verb};
        arguments.insert(arguments.end(), channels.begin(), channels.end());
        subscriptions_connection_.subscription_command(arguments);
      }),
      backlog_handle_(make_uv_handle<uv_idle_t>(loop, this, uv_idle_init)),
      tick_timer_(make_uv_handle<uv_timer_t>(loop, this, uv_timer_init)),
      end_of_turn_(make_uv_handle<uv_prepare_t>(loop, this, uv_prepare_init)) {
  // libuv calls last who was started first: what others say at the end of the turn leaves with it.
  uv_prepare_start(end_of_turn_.get(),
                   [](uv_prepare_t* handle) noexcept { static_cast<RedisBus*>(handle->data)->end_of_turn(); });
  subscriptions_.subscribe(probe_channel_, *this, now());
}

void RedisBus::start(std::function<void()> on_state_changed) {
  on_state_changed_ = std::move(on_state_changed);
  uv_timer_start(
      tick_timer_.get(), [](uv_timer_t* timer) noexcept { static_cast<RedisBus*>(timer->data)->tick(); }, kTick.count(),
      kTick.count());
  commands_.start();
  subscriptions_connection_.start();
  queries_.start();
}

std::string RedisBus::reason() const {
  return commands_.is_proven() ? subscriptions_connection_.reason() : commands_.reason();
}

Bus::Standing RedisBus::subscribe(const std::string& channel, ChannelListener& listener) {
  return subscriptions_.subscribe(channel, listener, now());
}

void RedisBus::unsubscribe(const std::string& channel) { subscriptions_.unsubscribe(channel, now()); }

void RedisBus::publish(std::string_view channel, std::string_view payload, OnPublished on_published) {
  const OnReply on_reply = track(std::move(on_published));
  if (!on_reply) return;
  const std::string_view arguments[] = {"PUBLISH", channel, payload};
  commands_.command(arguments, on_reply);
}

void RedisBus::publish_by(const Script& script, Texts keys, Texts arguments, OnPublished on_published) {
  if (OnReply on_reply = track(std::move(on_published))) run(script, keys, arguments, std::move(on_reply));
}

// What is to be called with the reply to a publish; nothing where it cannot be sent, which its caller has then been
// told.
RedisBus::OnReply RedisBus::track(OnPublished on_published) {
  if (!commands_.is_ready() || commands_.unsent_bytes() > kMaxUnsentBytes) {
    ++counters_.unpublished;
    on_published({PublishOutcome::What::not_sent, commands_.is_ready() ? "Redis is too slow" : "Redis is away"});
    return nullptr;
  }
  const std::uint64_t number = publishes_.begin(std::move(on_published), uv_hrtime());
  return [this, number](Reply reply) {
    ++(reply.ok() ? counters_.published : counters_.unpublished);
    if (const auto began = publishes_.began_ns(number); began && !reply.is_missing())
      answered_after(uv_hrtime() - *began);
    publishes_.answer(number, outcome_of(reply));
  };
}

void RedisBus::command(Texts arguments, OnReply on_reply) {
  const std::vector<std::string_view> views(arguments.begin(), arguments.end());
  commands_.command(views, std::move(on_reply));
}

void RedisBus::query(Texts arguments, OnReply on_reply) {
  const std::vector<std::string_view> views(arguments.begin(), arguments.end());
  queries_.command(views, std::move(on_reply));
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
  } else if (&connection == &queries_) {
    queries_.prove();
  } else {
    subscriptions_.connection_up(now());
  }
}

void RedisBus::on_lost(RedisConnection& connection) {
  ++counters_.redis_reconnects;
  if (&connection == &queries_) return;
  update_state();
  probe_unheard_since_ = {};
  if (&connection == &commands_) {
    for (ConnectionWatcher* watcher : watchers_) watcher->on_commands_lost();
    return;
  }
  for (const Push& push : std::exchange(backlog_, {})) deliver(push);  // it did arrive
  end_backlog();
  subscriptions_.connection_down();
}

void RedisBus::update_state() {
  const bool connected = commands_.is_proven() && subscriptions_connection_.is_proven();
  const RedisState before = state_;
  if (connected) state_ = RedisState::connected;
  else if (state_ == RedisState::connected) state_ = RedisState::away;
  if (state_ == before) return;
  if (state_ == RedisState::away) away_since_ = now();
  on_state_changed_();
}

// Whatever comes is a sign of life: a probe may stand behind a long backlog.
void RedisBus::on_push(Reply push) {
  if (probe_unheard_since_ != TimePoint()) probe_unheard_since_ = now();
  Push pushed = {std::string(push[0].text()), std::string(push[1].text()), std::string(push[2].text())};
  if (backlog_.empty() && !turn_is_used_up()) return deliver(pushed);
  if (backlog_.empty()) {
    subscriptions_connection_.pause_reading();
    uv_idle_start(backlog_handle_.get(),
                  [](uv_idle_t* h) noexcept { static_cast<RedisBus*>(h->data)->deliver_backlog(); });
  }
  backlog_.push_back(std::move(pushed));
}

void RedisBus::deliver(const Push& push) {
  if (push.kind == "message") subscriptions_.message(push.channel, push.payload);
  else if (push.kind == "subscribe") handle_subscribed(push.channel);
  else if (push.kind == "unsubscribe") subscriptions_.confirmed_unsubscribe(push.channel, now());
}

void RedisBus::handle_subscribed(const std::string& channel) {
  subscriptions_connection_.prove();
  update_state();
  subscriptions_.confirmed_subscribe(channel, now());
}

// Fan-out of what one read from Redis brings can take long; others of this worker have their turn in between.
bool RedisBus::turn_is_used_up() {
  if (std::exchange(turn_, uv_now(loop_)) != uv_now(loop_)) turn_began_ns_ = uv_hrtime();
  return uv_hrtime() - turn_began_ns_ > kDeliverySliceNs;
}

void RedisBus::deliver_backlog() {
  const std::uint64_t until = uv_hrtime() + kDeliverySliceNs;
  while (!backlog_.empty() && uv_hrtime() < until) {
    const Push push = std::move(backlog_.front());
    backlog_.pop_front();
    deliver(push);
  }
  if (backlog_.empty()) end_backlog();
}

void RedisBus::end_backlog() {
  uv_idle_stop(backlog_handle_.get());
  subscriptions_connection_.resume_reading();
}

void RedisBus::load_scripts() {
  for (const Script* script : scripts_) {
    const std::string_view arguments[] = {"SCRIPT", "LOAD", script->body()};
    commands_.command(arguments, [this, last = script == scripts_.back()](Reply reply) {
      if (reply.is_error()) return commands_.fail("SCRIPT LOAD: " + std::string(reply.text()));
      if (!last || reply.is_missing()) return;
      commands_.prove();
      update_state();
    });
  }
}

void RedisBus::on_live() { probe(); }

void RedisBus::on_message(std::string_view) { probe_unheard_since_ = {}; }

void RedisBus::tick() {
  publishes_.expire(uv_hrtime(), [this](std::uint64_t waited_ns) { answered_after(waited_ns); });  // at the least
  subscriptions_.expire(now());
  if (subscriptions_.unconfirmed_for(now()) > kConfirmTimeout)
    return subscriptions_connection_.fail("SUBSCRIBE is not confirmed");
  if (state() != RedisState::connected) return;
  if (probe_unheard_since_ != TimePoint() && now() - probe_unheard_since_ > kProbeTimeout)
    return subscriptions_connection_.fail("a published probe did not come back");
  if (now() >= next_probe_) probe();
}

void RedisBus::end_of_turn() {
  subscriptions_.flush();
  for (RedisConnection* connection : {&commands_, &subscriptions_connection_, &queries_}) connection->flush();
}

// Only a probe that Redis took must come back: while the command connection is silent, it is that one's fault.
void RedisBus::probe() {
  next_probe_ = now() + kProbeInterval;
  const std::string_view arguments[] = {"PUBLISH", probe_channel_, "probe"};
  commands_.command(arguments, [this, began = uv_hrtime()](Reply reply) {
    if (!reply.is_missing()) answered_after(uv_hrtime() - began);
    if (reply.ok() && probe_unheard_since_ == TimePoint()) probe_unheard_since_ = now();
  });
}

void RedisBus::answered_after(std::uint64_t ns) {
  counters_.redis_latency.record(ns);
  longest_answer_ns_ = std::max(longest_answer_ns_, ns);
}

TimePoint RedisBus::now() const { return TimePoint(Milliseconds(uv_now(loop_))); }

}  // namespace belfry::bus
