// Which handler answers which path.
#pragma once

#include <cstddef>
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
    waiting,     // the handler will call Connection::respond(), refuse() or retry() later, or is told by forget()
    taken_over,  // `successor` has the connection now
  };
  How how = How::responded;
  net::Stream* successor = nullptr;
};

class Handler {
 public:
  virtual ~Handler() = default;
  // The largest body that it takes, in bytes; a larger one is refused before it is read.
  virtual std::size_t max_body() const { return 0; }
  virtual Handled handle(const Request& request, Connection& connection) = 0;
  // A connection for which handle() answered `waiting` is gone.
  virtual void forget(Connection&) {}
};

// How far a worker is with leaving.
enum class Leaving {
  no,
  soon,  // connections end with their next answer
  now,   // and upgrades are refused with 503, so that a balancer tries another node
};

class Router {
 public:
  // `prefix` ("/belfry", or nothing) is accepted in front of every path that was added with add_prefixed().
  explicit Router(std::string path_prefix = {}) : path_prefix_(std::move(path_prefix)) {}

  void add(std::string path, Handler& handler) { exact_.emplace_back(std::move(path), &handler); }
  // All paths that begin with `beginning`, which ends with '/'.
  void add_prefixed(std::string beginning, Handler& handler) { prefixed_.emplace_back(std::move(beginning), &handler); }

  struct Route {
    Handler* handler = nullptr;  // null: nothing is served there
    std::string_view rest;       // of the path, behind the prefix
  };
  Route find(std::string_view path) const;

  void leave(Leaving leaving) { leaving_ = leaving; }
  Leaving leaving() const { return leaving_; }

 private:
  using Routes = std::vector<std::pair<std::string, Handler*>>;

  std::string path_prefix_;
  Routes exact_;
  Routes prefixed_;
  Leaving leaving_ = Leaving::no;
};

}  // namespace belfry::http
