#include "worker/http/waiting_requests.hpp"

#include <utility>

#include "worker/http/connection.hpp"

namespace belfry::http {

Handled WaitingRequests::begin(Connection& connection, const std::function<void(Answer)>& work) {
  const auto request = std::make_shared<Waiting>();
  work([this, request](Response response) { settle(*request, std::move(response)); });
  if (request->response) {
    connection.respond(*request->response);
    return {};
  }
  request->connection = &connection;
  waiting_.emplace(&connection, request);
  return {Handled::How::waiting};
}

void WaitingRequests::settle(Waiting& request, Response response) {
  if (request.connection == nullptr) {
    request.response = std::move(response);
    return;
  }
  Connection& connection = *std::exchange(request.connection, nullptr);
  waiting_.erase(&connection);
  connection.respond(response);
}

void WaitingRequests::forget(Connection& connection) {
  const auto found = waiting_.find(&connection);
  if (found == waiting_.end()) return;
  found->second->connection = nullptr;
  waiting_.erase(found);
}

}  // namespace belfry::http
