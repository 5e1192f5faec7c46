// Whether a request of the HTTP API carries the signature of an app's key. Pure: the
// time comes in.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "worker/http/query.hpp"
#include "worker/pusher/api_refusal.hpp"
#include "worker/pusher/signature.hpp"

namespace belfry::pusher {

struct ApiRequest {
  std::string_view method;
  std::string_view path;   // as it came, still percent-encoded
  std::string_view query;  // likewise
  std::string_view body;
};

// nullopt: the signature is good. The path may have been signed with or without `path_prefix`. No credentials, for an
// app that does not exist: the answer, and the work for it, are those for a wrong signature.
std::optional<ApiRefusal> check_signature(const ApiRequest& request, std::string_view path_prefix,
                                          const Credentials* credentials, std::chrono::system_clock::time_point now);

}  // namespace belfry::pusher
