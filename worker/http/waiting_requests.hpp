// Requests whose answers wait for Redis. Each is answered once, unless its connection goes first.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>

#include "worker/http/response.hpp"
#include "worker/http/router.hpp"

namespace belfry::http {

class WaitingRequests {
 public:
  using Answer = std::function<void(Response)>;

  // `work` gets what is to be called with the answer, once, now or later; as long as it is not, the request waits.
  Handled begin(Connection& connection, const std::function<void(Answer)>& work);
  void forget(Connection& connection);

 private:
  struct Waiting {
    Connection* connection = nullptr;  // null: it does not wait yet, or is gone
    std::optional<Response> response;  // came before it waited
  };
  using WaitingPointer = std::shared_ptr<Waiting>;

  void settle(Waiting& request, Response response);

  std::unordered_map<Connection*, WaitingPointer> waiting_;
};

}  // namespace belfry::http
