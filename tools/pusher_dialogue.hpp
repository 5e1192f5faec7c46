// A Pusher client for the terminal: it subscribes to its channels, answers pings, shows events and sends what is typed.
// No socket in here: a message or a line comes in, what to send and what to show comes out.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.hpp"
#include "tools/app_keys.hpp"

namespace belfry::tools {

struct PusherPlan {
  std::vector<std::string> channels = {};
  std::optional<AppKeys> keys = {};  // for channels that must be signed
  std::string user = {};             // in presence channels; empty: the socket id
  bool json = false;                 // show messages as they come
};

bool must_be_signed(std::string_view channel);

class PusherDialogue {
 public:
  explicit PusherDialogue(PusherPlan plan);

  struct Reaction {
    std::vector<std::string> to_send;
    std::optional<std::string> to_show;  // a line for the terminal
  };
  Reaction take(std::string_view message);

  // The message that a typed line means: a JSON object {"event":...} as it is, or EVENT DATA for the only channel.
  Result<std::string> message_of(std::string_view line) const;

  // The server has answered for each channel, so that what is typed now can go there.
  bool is_settled() const { return established_ && unanswered_.empty(); }
  bool was_refused() const { return refused_; }  // a channel

 private:
  std::vector<std::string> subscribe_all(const std::string& socket_id);
  std::string subscription(const std::string& channel, const std::string& socket_id) const;
  void note_answer(std::string_view event, const std::string& channel);

  PusherPlan plan_;
  bool established_ = false;
  bool refused_ = false;
  std::set<std::string> unanswered_;  // channels that were asked for
  std::size_t doubled_refusals_ = 0;  // told of one channel, a general error with the same meaning may follow
};

}  // namespace belfry::tools
