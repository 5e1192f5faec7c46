#include "worker/instance/endpoint.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>
#include <utility>

#include "worker/http/connection.hpp"
#include "worker/http/query.hpp"

namespace belfry::instance {
namespace {

using nlohmann::ordered_json;

// The body of every answer is for the page that asked, those that refuse included.
http::Refusal refusal(unsigned status, std::string reason, const std::string& fields) {
  return {status, std::move(reason), fields};
}

}  // namespace

// Workers and nodes begin at different places, so that their first answers are spread, too.
Endpoint::Endpoint(uv_loop_t* loop, cluster::NodeRegistry& registry)
    : nodes_(loop, registry), turn_(std::random_device{}()) {}

http::Handled Endpoint::handle(const http::Request& request, http::Connection& connection) {
  const std::string fields = fields_for(request);
  if (request.method == "OPTIONS")
    return connection.respond({200, "", fields + "\r\nAccess-Control-Allow-Methods: GET, HEAD"}), http::Handled{};
  if (request.method != "GET" && request.method != "HEAD")
    return connection.refuse(
               refusal(405, "only GET is answered at this path", fields + "\r\nAllow: GET, HEAD, OPTIONS")),
           http::Handled{};
  const http::Query query(request.query);
  const auto policy = parse_policy(query.get("policy").value_or("round-robin"));
  if (!policy)
    return connection.refuse(refusal(400, "policy is one of round-robin, ip-hash and least-connections", fields)),
           http::Handled{};
  return waiting_.begin(connection, [&](http::WaitingRequests::Answer answer) {
    nodes_.choose(choice(*policy, connection.client_address(request).to_string()),
                  [answer = std::move(answer), fields](Result<std::string> chosen) {
                    const ordered_json body =
                        chosen ? ordered_json{{"instance", *chosen}} : ordered_json{{"error", chosen.error().message}};
                    answer({chosen ? 200u : 503u, body.dump(), fields});
                  });
  });
}

NodeList::Choose Endpoint::choice(Policy policy, const std::string& client) {
  switch (policy) {
    case Policy::ip_hash:
      return [client](std::span<const Candidate> candidates) { return by_address(candidates, client); };
    case Policy::least_connections: return by_load;
    case Policy::round_robin: break;
  }
  return [turn = turn_++](std::span<const Candidate> candidates) { return by_turn(candidates, turn); };
}

std::string Endpoint::fields_for(const http::Request& request) const {
  std::string fields = "Cache-Control: no-store";
  const auto allows = [&](std::string_view origin) { return std::ranges::count(allowed_origins_, origin) > 0; };
  if (allows("*")) return fields += "\r\nAccess-Control-Allow-Origin: *";
  fields += "\r\nVary: Origin";
  const auto origin = request.field("origin");
  if (origin && allows(*origin)) fields.append("\r\nAccess-Control-Allow-Origin: ").append(*origin);
  return fields;
}

}  // namespace belfry::instance
