// Which handler answers which path.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "worker/http/request.hpp"
#include "worker/net/stream.hpp"

namespace belfry::http {

class Connection;

// What became of a request that a handler was given.
struct Handled {
  enum class How {
    responded,   // with Connection::respond() or refuse()
    waiting,     // the handler will call Connection::retry() or resolve it in forget()
    taken_over,  // `successor` has the connection now
  };
  How how = How::responded;
  net::Stream* successor = nullptr;
};

class Handler {
 public:
  virtual ~Handler() = default;
  virtual Handled handle(const Request& request, Connection& connection) = 0;
  // A connection for which handle() answered `waiting` is gone.
  virtual void forget(Connection&) {}
};

class Router {
 public:
  void add(std::string path, Handler& handler) { routes_.emplace_back(std::move(path), &handler); }
  Handler* find(std::string_view path) const {
    for (const auto& [known, handler] : routes_)
      if (known == path) return handler;
    return nullptr;
  }

 private:
  std::vector<std::pair<std::string, Handler*>> routes_;
};

}  // namespace belfry::http
