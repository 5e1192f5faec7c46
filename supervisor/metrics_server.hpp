// Answers Prometheus: a bounded number of clients, each with one request, a small head, and a time within which it must
// have asked and taken the answer. When all places are taken, the oldest client makes room.
#pragma once

#include <uv.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/clock.hpp"
#include "common/unique_fd.hpp"
#include "common/uv_handle.hpp"

namespace belfry::supervisor {

inline constexpr std::size_t kMaxMetricsClients = 16;
inline constexpr Milliseconds kMetricsTimeout = Seconds(5);

class MetricsServer {
 public:
  // `socket` listens; none: nothing is served. `metrics` makes the text.
  MetricsServer(uv_loop_t* loop, UniqueFd socket, std::function<std::string()> metrics);
  ~MetricsServer();

 private:
  class Client;

  void accept();
  void let_go(const Client& client);

  uv_loop_t* loop_;
  std::function<std::string()> metrics_;
  UvHandle<uv_tcp_t> listening_;
  std::vector<std::unique_ptr<Client>> clients_;  // the oldest first
};

}  // namespace belfry::supervisor
