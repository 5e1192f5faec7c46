// /up (the process is alive) and /ready (clients and publishers are served as they should be).
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "worker/http/router.hpp"

namespace belfry::http {

class Up final : public Handler {
 public:
  Handled handle(const Request& request, Connection& connection) override;
};

class Ready final : public Handler {
 public:
  // `obstacle` answers why this worker is not ready; empty when it is.
  explicit Ready(std::function<std::string()> obstacle) : obstacle_(std::move(obstacle)) {}
  Handled handle(const Request& request, Connection& connection) override;

 private:
  std::function<std::string()> obstacle_;
};

}  // namespace belfry::http
