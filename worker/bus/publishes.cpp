#include "worker/bus/publishes.hpp"

#include <algorithm>
#include <utility>

namespace belfry::bus {
namespace {

constexpr auto kTimeoutNs = static_cast<std::uint64_t>(std::chrono::nanoseconds(Publishes::kTimeout).count());

}  // namespace

std::uint64_t Publishes::begin(Bus::OnPublished on_published, std::uint64_t now_ns) {
  under_way_.push_back({std::move(on_published), now_ns});
  return first_ + under_way_.size() - 1;
}

void Publishes::answer(std::uint64_t number, PublishOutcome outcome) {
  if (number < first_) return;
  settle(under_way_[number - first_], outcome);
  while (!under_way_.empty() && !under_way_.front().on_published) {
    under_way_.pop_front();
    ++first_;
  }
}

void Publishes::expire(std::uint64_t now_ns, const std::function<void(std::uint64_t waited_ns)>& timed_out) {
  for (std::uint64_t number = first_; number < first_ + under_way_.size();) {
    const UnderWay& one = under_way_[number - first_];
    if (one.began_ns + kTimeoutNs > now_ns) return;  // one that an outcome brings begins after now_ns
    if (one.on_published) timed_out(now_ns - one.began_ns);
    answer(number, {PublishOutcome::What::unknown, "Redis did not answer in time"});
    number = std::max(number + 1, first_);
  }
}

std::optional<std::uint64_t> Publishes::began_ns(std::uint64_t number) const {
  if (number < first_) return std::nullopt;
  return under_way_[number - first_].began_ns;
}

void Publishes::settle(UnderWay& one, PublishOutcome outcome) {
  if (const Bus::OnPublished on_published = std::exchange(one.on_published, nullptr)) on_published(outcome);
}

}  // namespace belfry::bus
