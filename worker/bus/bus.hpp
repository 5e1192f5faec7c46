// What the protocols and the cluster state need of Redis, and nothing of how it is reached. RedisBus is the real one.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "worker/bus/reply.hpp"
#include "worker/bus/script.hpp"

namespace belfry::bus {

// The holder of a channel of Redis in this worker; one a channel.
class ChannelListener {
 public:
  virtual ~ChannelListener() = default;
  // Redis confirmed SUBSCRIBE: from here on everything published on the channel comes, once.
  virtual void on_live() = 0;
  // The subscriber connection was lost: what is published until the next on_live() is missed.
  virtual void on_interrupted() = 0;
  virtual void on_message(std::string_view payload) = 0;
};

// What became of a message. `reason` is set unless it was sent.
struct PublishOutcome {
  enum class What { sent, not_sent, unknown } what = What::sent;
  std::string_view reason;
};

// Follows the command connection.
class ConnectionWatcher {
 public:
  virtual ~ConnectionWatcher() = default;
  virtual void on_commands_ready() = 0;
  virtual void on_commands_lost() = 0;
};

class Bus {
 public:
  enum class Standing { live, pending, away };
  using OnPublished = std::function<void(PublishOutcome)>;
  using OnReply = std::function<void(Reply)>;
  using Texts = std::span<const std::string>;

  virtual ~Bus() = default;

  // Live: messages come already. Pending: on_live() will be called. Away: the same, once Redis is back.
  virtual Standing subscribe(const std::string& channel, ChannelListener& listener) = 0;
  // Nothing more is called. Redis is told a little later, in case somebody subscribes again.
  virtual void unsubscribe(const std::string& channel) = 0;

  // Exactly one call of `on_published`: at once where Redis is away, at the latest when it has not answered for 2 s.
  virtual void publish(std::string_view channel, std::string_view payload, OnPublished on_published) = 0;

  // The same, where a script publishes.
  virtual void publish_by(const Script& script, Texts keys, Texts arguments, OnPublished on_published) = 0;

  // On the command connection, in the order of the calls, publishes included.
  virtual void command(Texts arguments, OnReply on_reply) = 0;
  virtual void run(const Script& script, Texts keys, Texts arguments, OnReply on_reply) = 0;

  // A command that only reads, and may read much: on a connection of its own, so that publishes need not wait for it.
  // It sees what was answered before on the command connection.
  virtual void query(Texts arguments, OnReply on_reply) = 0;

  virtual bool commands_ready() const = 0;
  virtual void watch(ConnectionWatcher& watcher) = 0;
};

}  // namespace belfry::bus
