// A name resolved in libuv's thread pool: a slow name server must not stop the loop. One look-up at a time; it may be
// destroyed while one runs.
#pragma once

#include <uv.h>

#include <functional>
#include <string>
#include <vector>

namespace belfry::bus {

class NameLookup {
 public:
  // The numeric addresses of the host, in the resolver's order; empty, with a reason, where there are none.
  using OnFound = std::function<void(std::vector<std::string> addresses, std::string_view reason)>;

  explicit NameLookup(uv_loop_t* loop) : loop_(loop) {}
  NameLookup(const NameLookup&) = delete;
  ~NameLookup();

  // While a look-up runs, a further start() only replaces who is called.
  void start(const std::string& host, OnFound on_found);

 private:
  struct Request;

  uv_loop_t* loop_;
  OnFound on_found_;
  Request* running_ = nullptr;  // frees itself when libuv is through with it
};

// Whether `host` is an address already.
bool is_numeric_address(const std::string& host);

}  // namespace belfry::bus
