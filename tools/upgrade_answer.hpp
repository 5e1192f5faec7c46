// The server's half of the opening handshake (RFC 6455, section 4.1). No socket in here: bytes come in, a verdict comes
// out.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "common/result.hpp"
#include "tools/upgrade_request.hpp"

namespace belfry::tools {

class UpgradeAnswer {
 public:
  UpgradeAnswer();
  ~UpgradeAnswer();

  // How many of the bytes were taken. The rest is offered again with more behind it; once the answer is complete, it is
  // WebSocket frames.
  Result<std::size_t> feed(std::string_view bytes);
  bool has_head() const;
  bool is_complete() const;

  // With the head there. The Error is the sentence for the user; of a refusal's body it has the first line.
  Result<void> verdict(std::string_view key, const std::vector<HttpHeader>& request_headers) const;

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace belfry::tools
