#include "worker/http/health.hpp"

#include "worker/http/connection.hpp"

namespace belfry::http {
namespace {

bool refused_method(const Request& request, Connection& connection) {
  if (request.method == "GET" || request.method == "HEAD") return false;
  connection.refuse({405, "only GET and HEAD are answered at this path", "Allow: GET, HEAD"});
  return true;
}

}  // namespace

Handled Up::handle(const Request& request, Connection& connection) {
  if (!refused_method(request, connection)) connection.respond({200, R"({"health":"OK"})", ""});
  return {};
}

Handled Ready::handle(const Request& request, Connection& connection) {
  if (refused_method(request, connection)) return {};
  const std::string obstacle = obstacle_();
  if (obstacle.empty()) connection.respond({200, R"({"ready":true})", ""});
  else connection.respond(to_response({503, obstacle, ""}));
  return {};
}

}  // namespace belfry::http
