// Accepts from one inherited listening socket, at most kAcceptsATurn a loop turn. At the connection limit, or when the
// process has no descriptor left, it stops asking and leaves clients in the kernel's queue: it never spins and never
// accepts to close.
#pragma once

#include <cstddef>
#include <functional>

#include "common/unique_fd.hpp"
#include "common/uv_handle.hpp"
#include "worker/net/reactor.hpp"

namespace belfry::net {

class Acceptor final : public Listening {
 public:
  using OnAccept = std::function<void(UniqueFd)>;

  // `listener` belongs to the slot and is not closed here. `max_streams` counts all streams of the reactor.
  Acceptor(Reactor& reactor, int listener, std::size_t max_streams, OnAccept on_accept);

  void stop();

  int listener_fd() const override { return listener_; }
  void on_connections() override;

 private:
  static constexpr int kAcceptsATurn = 64;

  void pause(const char* reason);
  void resume();

  Reactor& reactor_;
  int listener_;
  std::size_t max_streams_;
  OnAccept on_accept_;
  bool stopped_ = false;
  bool paused_ = false;  // from the first pause until a turn that accepts without one
  UvTimer retry_;
};

}  // namespace belfry::net
