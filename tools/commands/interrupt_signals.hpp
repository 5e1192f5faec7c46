// SIGINT and SIGTERM, or those named, as a readable descriptor instead of the end of the process. They are themselves
// again when it dies.
#pragma once

#include <csignal>
#include <initializer_list>

#include "common/unique_fd.hpp"

namespace belfry::tools {

class InterruptSignals {
 public:
  InterruptSignals() : InterruptSignals({SIGINT, SIGTERM}) {}
  explicit InterruptSignals(std::initializer_list<int> numbers);
  ~InterruptSignals();
  InterruptSignals(const InterruptSignals&) = delete;
  InterruptSignals& operator=(const InterruptSignals&) = delete;

  int fd() const { return fd_.get(); }  // reads as signalfd_siginfo
  // Those that have come are done with: else they would end the process when this object dies.
  void take() const;

 private:
  sigset_t previous_mask_ = {};
  UniqueFd fd_;
};

}  // namespace belfry::tools
