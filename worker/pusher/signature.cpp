#include "worker/pusher/signature.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <cstddef>

#include "common/assert.hpp"
#include "common/hex.hpp"

namespace belfry::pusher {
namespace {

constexpr std::size_t kSha256Size = 32;
constexpr std::size_t kMd5Size = 16;

// Made once: OpenSSL looks an algorithm up at each use, unless it was fetched.
class Md5 {
 public:
  Md5() { BELFRY_ASSERT(algorithm_ && context_ && EVP_DigestInit_ex(context_.get(), algorithm_.get(), nullptr) == 1); }

  std::array<unsigned char, kMd5Size> of(std::string_view text) {
    std::array<unsigned char, kMd5Size> digest;
    BELFRY_ASSERT(EVP_DigestInit_ex(context_.get(), nullptr, nullptr) == 1 &&
                  EVP_DigestUpdate(context_.get(), text.data(), text.size()) == 1 &&
                  EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) == 1);
    return digest;
  }

 private:
  struct Free {
    void operator()(EVP_MD* algorithm) const { EVP_MD_free(algorithm); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };

  std::unique_ptr<EVP_MD, Free> algorithm_{EVP_MD_fetch(nullptr, "MD5", nullptr)};
  std::unique_ptr<EVP_MD_CTX, Free> context_{EVP_MD_CTX_new()};
};

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string md5_hex(std::string_view text) {
  thread_local Md5 md5;
  return to_hex(md5.of(text));
}

void Signer::Free::operator()(evp_mac_ctx_st* context) const { EVP_MAC_CTX_free(context); }

Signer::Signer(std::string_view secret) {
  EVP_MAC* const hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  BELFRY_ASSERT(hmac != nullptr);
  context_.reset(EVP_MAC_CTX_new(hmac));
  EVP_MAC_free(hmac);  // the context keeps its own reference
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                   OSSL_PARAM_construct_end()};
  const std::string key(secret);  // OpenSSL takes a null key for "none given", which data() of an empty view may be
  BELFRY_ASSERT(context_ && EVP_MAC_init(context_.get(), bytes_of(key), key.size(), parameters) == 1);
}

// A null key starts afresh with the key of before, four times as quick as with a copy of the context.
std::string Signer::sign(std::initializer_list<std::string_view> parts) const {
  BELFRY_ASSERT(EVP_MAC_init(context_.get(), nullptr, 0, nullptr) == 1);
  for (const std::string_view part : parts)
    BELFRY_ASSERT(EVP_MAC_update(context_.get(), bytes_of(part), part.size()) == 1);
  std::array<unsigned char, kSha256Size> digest;
  std::size_t size = 0;
  BELFRY_ASSERT(EVP_MAC_final(context_.get(), digest.data(), &size, digest.size()) == 1 && size == digest.size());
  return to_hex(digest);
}

bool Signer::verify(std::initializer_list<std::string_view> parts, std::string_view hex) const {
  return equal_in_constant_time(sign(parts), hex);
}

Credentials::Credentials(std::string_view key, std::string_view secret) {
  pairs_.push_back({std::string(key), Signer(secret)});
}

Credentials::Credentials(std::string_view key, std::string_view secret, std::string_view previous_key,
                         std::string_view previous_secret)
    : Credentials(key, secret) {
  if (!previous_key.empty()) pairs_.push_back({std::string(previous_key), Signer(previous_secret)});
}

bool Credentials::has_key(std::string_view key) const { return signer_of(key) != nullptr; }

// From the back and without a way out early: the current pair wins, and time does not tell which one it was.
const Signer* Credentials::signer_of(std::string_view key) const {
  const Signer* found = nullptr;
  for (auto pair = pairs_.rbegin(); pair != pairs_.rend(); ++pair)
    if (equal_in_constant_time(pair->key, key)) found = &pair->signer;
  return found;
}

bool Credentials::accepts(std::string_view auth, std::initializer_list<std::string_view> parts) const {
  const std::size_t colon = auth.rfind(':');
  if (colon == std::string_view::npos) return false;
  return accepts(auth.substr(0, colon), auth.substr(colon + 1), parts);
}

bool Credentials::accepts(std::string_view key, std::string_view hex,
                          std::initializer_list<std::string_view> parts) const {
  const Signer* const named = signer_of(key);
  const bool verified = (named != nullptr ? *named : signer()).verify(parts, hex);
  return verified && named != nullptr;
}

}  // namespace belfry::pusher
