// The nodes that take clients, by the registry as it was not more than kFresh ago; while Redis is away, as it was last.
// Whom it sends where is counted until the nodes' own counts have it, so that a thousand clients who ask in the same
// second do not all go to the node that was emptiest in the second before.
#pragma once

#include <uv.h>

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "common/clock.hpp"
#include "common/result.hpp"
#include "worker/cluster/node_registry.hpp"
#include "worker/instance/node_choice.hpp"

namespace belfry::instance {

class NodeList {
 public:
  using Choose = std::function<std::size_t(std::span<const Candidate>)>;
  using OnChosen = std::function<void(Result<std::string> address)>;

  NodeList(uv_loop_t* loop, cluster::NodeRegistry& registry) : loop_(loop), registry_(registry) {}

  // One call of `on_chosen`, now or when Redis has answered; `choose` gets at least one candidate, in the order of
  // their addresses. An Error: nobody takes clients, or Redis never said who there is.
  void choose(Choose choose, OnChosen on_chosen);

 private:
  static constexpr Milliseconds kFresh{500};
  static constexpr Milliseconds kSettled{2500};  // an announcement, its way, and the client's

  struct Sent {
    std::uint64_t recently = 0;
    std::uint64_t before = 0;
  };
  struct Waiting {
    Choose choose;
    OnChosen on_chosen;
  };

  bool is_fresh() const { return known_ && Milliseconds(uv_now(loop_) - read_at_ms_) < kFresh; }
  void read();
  void take(const cluster::NodeRegistry::Rows& rows);
  void answer(const Waiting& waiting, const std::string& trouble);
  void forget_settled();

  uv_loop_t* loop_;
  cluster::NodeRegistry& registry_;
  bool known_ = false;  // the registry was read once
  std::uint64_t read_at_ms_ = 0;
  std::vector<Candidate> candidates_;
  std::map<std::string, Sent, std::less<>> sent_;  // by address
  std::uint64_t sent_since_ms_ = 0;                // Sent::recently
  std::vector<Waiting> waiting_;                   // for Redis
};

}  // namespace belfry::instance
