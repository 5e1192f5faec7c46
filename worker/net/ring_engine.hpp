// Sends a batch with one system call, through an io_uring that is used as a list of calls: with MSG_DONTWAIT and
// MSG_WAITALL each is finished when io_uring_submit(3) returns, and only those that failed or fell short leave a
// completion. So nothing is ever under way: no descriptor to poll, no buffer to keep, nothing to cancel.
//
// A single send is dearer on the ring than a system call of its own: few connections go the portable way.
#pragma once

#include <memory>
#include <span>

#include "common/result.hpp"
#include "worker/net/send_engine.hpp"

namespace belfry::net {

class RingEngine final : public SendEngine {
 public:
  // The Error says why the kernel or the container has no such ring.
  static Result<std::unique_ptr<SendEngine>> make();
  ~RingEngine() override;

  void send(std::span<Outgoing> batch) override;
  bool is_ring() const override { return !broken_; }

 private:
  struct Ring;

  explicit RingEngine(std::unique_ptr<Ring> ring);
  void submit(std::span<Outgoing> some);

  std::unique_ptr<Ring> ring_;
  SendmsgEngine portable_;
  bool broken_ = false;
};

// Whether a ring does here what RingEngine builds on. Tried in a child: a system call filter may kill who asks.
Result<void> probe_ring();

}  // namespace belfry::net
