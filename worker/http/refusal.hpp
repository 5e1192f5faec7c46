// Why a request is refused: the status, a sentence for the body, and a field that the status demands. Every refusal
// closes the connection.
#pragma once

#include <string>

namespace belfry::http {

struct Refusal {
  unsigned status = 400;
  std::string reason;
  std::string extra_field;  // "Allow: GET, HEAD", or empty
};

}  // namespace belfry::http
