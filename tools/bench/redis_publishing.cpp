#include "tools/bench/redis_publishing.hpp"

#include <fmt/format.h>

#include <initializer_list>

#include "tools/message_line.hpp"
#include "worker/cluster/keys.hpp"
#include "worker/pusher/envelope.hpp"
#include "worker/pusher/server_events.hpp"

namespace belfry::bench {
namespace {

// The Redis protocol: an array of bulk strings.
void append_command(std::string& out, std::initializer_list<std::string_view> words) {
  fmt::format_to(std::back_inserter(out), "*{}\r\n", words.size());
  for (const std::string_view word : words) fmt::format_to(std::back_inserter(out), "${}\r\n{}\r\n", word.size(), word);
}

}  // namespace

RedisPublishing::RedisPublishing(const Plan& plan) : plan_(plan) {
  if (!plan.speaks_pusher()) topics_.push_back(plan.redis.raw_prefix + "new_message");
  else
    for (const std::string& channel : plan.channels)
      topics_.push_back(cluster::Keys(plan.redis.key_prefix).topic(plan.target.app.id + ":" + channel));
}

std::string RedisPublishing::greeting() {
  const RedisEndpoint& redis = plan_.redis.endpoint;
  std::string out;
  awaited_ = 1;
  if (redis.password.empty()) append_command(out, {"PING"});
  else if (redis.user.empty()) append_command(out, {"AUTH", redis.password});
  else append_command(out, {"AUTH", redis.user, redis.password});
  return out;
}

void RedisPublishing::append_message(std::string& out, std::size_t channel, std::string_view data) {
  if (!plan_.speaks_pusher()) return append_command(out, {"PUBLISH", topics_[0], data});
  const std::string text = pusher::channel_event("bench", plan_.channels[channel], data);
  append_command(out, {"PUBLISH", topics_[channel], pusher::wrap("", text)});
}

// Each answer here is one line.
Result<std::size_t> RedisPublishing::take(std::string_view in, std::string&, Answers& answers) {
  std::size_t taken = 0;
  for (std::size_t end; (end = in.find("\r\n", taken)) != std::string_view::npos; taken = end + 2) {
    const std::string_view line = in.substr(taken, end - taken);
    const bool is_error = line.starts_with('-');
    if (awaited_ > 0 && is_error) return Unexpected("Redis refused: " + tools::printable_line(line.substr(1)));
    if (awaited_ > 0) --awaited_;
    else if (is_error) answers.on_refused("Redis: " + tools::printable_line(line.substr(1)));
    else answers.on_published();
  }
  return taken;
}

}  // namespace belfry::bench
