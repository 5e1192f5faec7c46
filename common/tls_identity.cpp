#include "common/tls_identity.hpp"

#include <array>
#include <ctime>

#include "common/text_file.hpp"
#include "common/tls_context.hpp"

namespace belfry {

Result<TlsIdentity> read_tls_identity(const TlsSettings& settings) {
  if (settings.certificate.empty()) return TlsIdentity();
  auto certificate = read_text_file(settings.certificate);
  if (!certificate) return Unexpected("tls.certificate: " + certificate.error().message);
  std::string pem = std::move(*certificate), where = "tls.certificate: " + settings.certificate;
  if (!settings.key.empty()) {
    auto key = read_text_file(settings.key);
    if (!key) return Unexpected("tls.key: " + key.error().message);
    pem.append("\n").append(*key);
    where.append(" and ").append(settings.key);
  }
  auto context = make_server_context(pem);
  if (!context) return Unexpected(where + ": " + context.error().message);
  return TlsIdentity{std::move(pem), expiry_of(**context)};
}

std::string validity_text(std::int64_t expires) {
  if (expires == 0) return "none";
  const std::time_t seconds = expires;
  std::tm time = {};
  std::array<char, 32> text = {};
  std::strftime(text.data(), text.size(), "valid until %F", ::gmtime_r(&seconds, &time));
  return text.data();
}

}  // namespace belfry
