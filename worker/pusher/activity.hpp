// What happens to the clients and events of this worker: refusals are counted, and everything is told to those who
// watch an app (`belfry tail`). While nobody does, telling costs one test and nothing is described. A watcher who reads
// too slowly misses what he has no room for, and hears how much that was; the worker never waits for him.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/control_messages.hpp"
#include "common/counters.hpp"
#include "common/ip_address.hpp"
#include "common/unique_fd.hpp"
#include "worker/pusher/api_refusal.hpp"
#include "worker/ws/session_id.hpp"

namespace belfry::pusher {

struct App;

// The words that `belfry tail` shows.
inline constexpr std::string_view kConnected = "connected";
inline constexpr std::string_view kDisconnected = "disconnected";
inline constexpr std::string_view kSubscribed = "subscribed";
inline constexpr std::string_view kUnsubscribed = "unsubscribed";
inline constexpr std::string_view kSignedIn = "signed_in";
inline constexpr std::string_view kClientEvent = "client_event";
inline constexpr std::string_view kApiEvent = "api_event";
inline constexpr std::string_view kRefused = "refused";
inline constexpr std::string_view kDropped = "dropped";  // told by the tail itself

struct Happening {
  std::string_view kind;
  std::optional<ws::SessionId> session = {};
  std::string_view channel = {};
  std::string_view event = {};
  std::optional<std::string_view> payload = {};
  std::string_view user = {};
  std::string_view reason = {};
  IpAddress client = {};  // of who comes; none: of no interest, or unknown
  int code = 0;           // of a Close, an error or an HTTP answer; 0: none
};

// One watcher: what he wants to hear, and the socket to him.
class Tail {
 public:
  Tail(const BeginTail& order, std::uint32_t slot, UniqueFd packets);

  bool wants(const App& app, const Happening& happening) const;
  // Both: false when he is gone.
  bool tell(const Happening& happening);
  bool refresh();  // how much he missed, once he has room again

 private:
  bool send(const std::string& packet);
  bool send_dropped();

  std::string app_id_;
  std::string channel_;  // empty: every one
  bool payloads_;
  std::uint32_t slot_;
  UniqueFd packets_;
  std::uint64_t dropped_ = 0;  // since he was last told
};

class Activity {
 public:
  explicit Activity(Counters& counters) : counters_(counters) {}

  void add_tail(Tail tail) { tails_.push_back(std::move(tail)); }
  // Whether anybody hears; for what must be found out before it is told.
  bool is_watched() const { return !tails_.empty(); }
  // Now and then: for watchers to whom nothing happens.
  void refresh();

  // `describe` returns a Happening. Of what concerns no app nobody hears.
  template <typename Describe>
  void tell(const App* app, Describe describe) {
    if (!tails_.empty() && app != nullptr) [[unlikely]]
      tell_tails(*app, describe());
  }
  // `app` may be null.
  void count_refusal(const App* app, Refusal why);
  void tell_refusal(const App* app, const ApiRefusal& refusal) {
    count_refusal(app, why(refusal));
    tell(app, [&] {
      return Happening{.kind = kRefused, .reason = refusal.reason, .code = static_cast<int>(refusal.status)};
    });
  }

 private:
  static Refusal why(const ApiRefusal& refusal);
  void tell_tails(const App& app, const Happening& happening);

  Counters& counters_;
  std::vector<Tail> tails_;
};

}  // namespace belfry::pusher
