#include "worker/pusher/waiting_requests.hpp"

#include <utility>

#include "worker/http/connection.hpp"

namespace belfry::pusher {

http::Handled WaitingRequests::begin(http::Connection& connection, const std::function<void(Answer)>& work) {
  const auto request = std::make_shared<Request>();
  work([this, request](http::Response response) { settle(*request, std::move(response)); });
  if (request->response) {
    connection.respond(*request->response);
    return {};
  }
  request->connection = &connection;
  waiting_.emplace(&connection, request);
  return {http::Handled::How::waiting};
}

void WaitingRequests::settle(Request& request, http::Response response) {
  if (request.connection == nullptr) {
    request.response = std::move(response);
    return;
  }
  http::Connection& connection = *std::exchange(request.connection, nullptr);
  waiting_.erase(&connection);
  connection.respond(response);
}

void WaitingRequests::forget(http::Connection& connection) {
  const auto found = waiting_.find(&connection);
  if (found == waiting_.end()) return;
  found->second->connection = nullptr;
  waiting_.erase(found);
}

}  // namespace belfry::pusher
