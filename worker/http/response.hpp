// A response and its encoding.
#pragma once

#include <string>
#include <string_view>

#include "worker/http/refusal.hpp"
#include "worker/net/shared_bytes.hpp"

namespace belfry::http {

struct Response {
  unsigned status = 200;
  std::string body;         // JSON
  std::string extra_field;  // one more field line, without CR LF; or empty
};

// {"error": reason} with the refusal's status.
Response to_response(const Refusal& refusal);

struct ResponseForm {
  bool keep_alive = true;
  bool head_only = false;  // answer to HEAD: the fields of the body without the body
};

net::SharedBytes encode(const Response& response, ResponseForm form);

}  // namespace belfry::http
