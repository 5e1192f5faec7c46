// The parameters of a request's query, percent-decoded, in their order. '+' is a plus: Pusher's signatures are made
// over values as they are, and most SDKs send such a plus as it is.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::http {

// RFC 3986, section 2.1; a '%' that no two hex digits follow stays.
std::string percent_decoded(std::string_view text);

class Query {
 public:
  struct Parameter {
    std::string key;  // in lower case
    std::string value;
  };

  explicit Query(std::string_view query);

  const std::vector<Parameter>& parameters() const { return parameters_; }
  // The first value of the key, which is in lower case; nullopt: there is none.
  std::optional<std::string_view> get(std::string_view key) const;

 private:
  std::vector<Parameter> parameters_;
};

}  // namespace belfry::http
