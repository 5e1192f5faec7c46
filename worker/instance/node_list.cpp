#include "worker/instance/node_list.hpp"

#include <algorithm>
#include <utility>

#include "common/node_row.hpp"

namespace belfry::instance {

void NodeList::choose(Choose choose, OnChosen on_chosen) {
  Waiting waiting = {std::move(choose), std::move(on_chosen)};
  if (is_fresh()) return answer(waiting, "");
  waiting_.push_back(std::move(waiting));
  if (waiting_.size() == 1) read();
}

void NodeList::read() {
  registry_.read([this](Result<cluster::NodeRegistry::Rows> rows) {
    if (rows) take(*rows);
    for (const Waiting& waiting : std::exchange(waiting_, {})) answer(waiting, rows ? "" : rows.error().message);
  });
}

void NodeList::take(const cluster::NodeRegistry::Rows& rows) {
  known_ = true;
  read_at_ms_ = uv_now(loop_);
  candidates_.clear();
  for (const std::string& text : rows)
    if (const auto row = parse_node_row(text); row && row->takes_clients())
      candidates_.push_back({row->address(), row->clients});
  std::ranges::sort(candidates_, {}, &Candidate::address);
  forget_settled();
  for (Candidate& candidate : candidates_)
    if (const auto sent = sent_.find(candidate.address); sent != sent_.end())
      candidate.clients += sent->second.recently + sent->second.before;
}

void NodeList::answer(const Waiting& waiting, const std::string& trouble) {
  if (!known_) return waiting.on_chosen(Unexpected("which nodes there are is not known: " + trouble));
  if (candidates_.empty()) return waiting.on_chosen(Unexpected("no node takes clients"));
  Candidate& chosen = candidates_[waiting.choose(candidates_)];
  ++chosen.clients;
  ++sent_[chosen.address].recently;
  waiting.on_chosen(chosen.address);
}

void NodeList::forget_settled() {
  const Milliseconds age(read_at_ms_ - sent_since_ms_);
  if (age < kSettled) return;
  for (auto& [address, sent] : sent_) sent = {0, age < 2 * kSettled ? sent.recently : 0};
  std::erase_if(sent_, [](const auto& entry) { return entry.second.before == 0; });
  sent_since_ms_ = read_at_ms_;
}

}  // namespace belfry::instance
