// Takes back what a dead owner has written of channels, page by page of its index, and announces who is gone thereby.
// Every step may be repeated, by anybody.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "worker/bus/bus.hpp"
#include "worker/cluster/keys.hpp"
#include "worker/cluster/owner.hpp"
#include "worker/cluster/telling.hpp"

namespace belfry::cluster {

class ChannelReaper {
 public:
  using Done = std::function<void(bool through)>;  // false: another sweeper has it, or Redis is away

  ChannelReaper(bus::Bus& bus, const Keys& keys, const Owner& owner, TellingOf telling_of)
      : bus_(bus), keys_(keys), owner_(owner), telling_of_(std::move(telling_of)) {}

  // We hold the claim on `dead`, and renew it for `claim_ms` with each page.
  void reap(const std::string& dead, const std::string& claim_ms, Done done);

 private:
  struct Job {
    std::string dead;
    std::string claim_ms;
    Done done;
    std::size_t unanswered = 0;  // channels of the page
    bool failed = false;
  };
  using JobPointer = std::shared_ptr<Job>;

  void next_page(const JobPointer& job);
  void handle_page(const JobPointer& job, bus::Reply reply);
  void reap_channel(const JobPointer& job, const std::string& address);

  bus::Bus& bus_;
  const Keys& keys_;
  const Owner& owner_;
  TellingOf telling_of_;
};

}  // namespace belfry::cluster
