// The tails of this node (`belfry tail`): each is one socket pair, whose writing end every worker has, those that start
// later too. The reading end is its client's; once that is closed, the tail is over.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/control_messages.hpp"
#include "common/result.hpp"
#include "common/settings.hpp"
#include "common/unique_fd.hpp"

namespace belfry::supervisor {

// What a client of the admin socket wants to see.
struct TailOrder {
  std::string app;           // its key or id
  std::string channel = {};  // empty: every one
  bool payloads = false;
};

// The Error is for the client: there is no such app.
Result<BeginTail> begin_tail(const TailOrder& order, const std::vector<AppSettings>& apps);

class Tails {
 public:
  // Sends the order and the socket to one worker; a worker that cannot get them has nothing to tell.
  using Send = std::function<void(const BeginTail& order, int packets)>;

  // Returns the reading end.
  Result<UniqueFd> begin(const BeginTail& order, const Send& to_all_workers);
  void tell_new_worker(const Send& to_worker);

 private:
  struct Tail {
    BeginTail order;
    UniqueFd packets;
  };

  void forget_those_over();

  std::vector<Tail> tails_;
};

}  // namespace belfry::supervisor
