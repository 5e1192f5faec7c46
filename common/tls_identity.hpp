// The certificate and the private key that the configuration names, as one PEM text: read and checked by the
// supervisor, handed to the workers, who open no files.
#pragma once

#include <cstdint>
#include <string>

#include "common/result.hpp"
#include "common/settings.hpp"

namespace belfry {

struct TlsIdentity {
  std::string pem;           // empty: there is none
  std::int64_t expires = 0;  // seconds since 1970

  bool operator==(const TlsIdentity&) const = default;
};

// Without tls.certificate an empty one. An Error names option and file.
Result<TlsIdentity> read_tls_identity(const TlsSettings& settings);

// For people: "valid until 2026-12-31". `expires`: seconds since 1970; 0: "none".
std::string validity_text(std::int64_t expires);

}  // namespace belfry
