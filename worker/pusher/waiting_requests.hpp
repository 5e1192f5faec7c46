// Requests of the HTTP API whose answers wait for Redis. Each is answered once, unless its connection goes first.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>

#include "worker/http/response.hpp"
#include "worker/http/router.hpp"

namespace belfry::pusher {

class WaitingRequests {
 public:
  using Answer = std::function<void(http::Response)>;

  // `work` gets what is to be called with the answer, once, now or later; as long as it is not, the request waits.
  http::Handled begin(http::Connection& connection, const std::function<void(Answer)>& work);
  void forget(http::Connection& connection);

 private:
  struct Request {
    http::Connection* connection = nullptr;  // null: it does not wait yet, or is gone
    std::optional<http::Response> response;  // came before it waited
  };
  using RequestPointer = std::shared_ptr<Request>;

  void settle(Request& request, http::Response response);

  std::unordered_map<http::Connection*, RequestPointer> waiting_;
};

}  // namespace belfry::pusher
