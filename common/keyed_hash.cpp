#include "common/keyed_hash.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <cstdint>
#include <memory>

#include "common/assert.hpp"
#include "common/random.hpp"

namespace belfry {
namespace {

class SipHash {
 public:
  SipHash() {
    const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> mac(EVP_MAC_fetch(nullptr, "SIPHASH", nullptr),
                                                                EVP_MAC_free);
    BELFRY_ASSERT(mac != nullptr);
    context_.reset(EVP_MAC_CTX_new(mac.get()));
    BELFRY_ASSERT(context_ != nullptr);
    unsigned int size = sizeof(std::size_t);
    const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_uint(OSSL_MAC_PARAM_SIZE, &size), OSSL_PARAM_construct_end()};
    fill_random(key_);
    BELFRY_ASSERT(EVP_MAC_init(context_.get(), key_.data(), key_.size(), parameters) == 1);
  }

  std::size_t of(std::string_view text) {
    std::size_t hash = 0, size = 0;
    const bool made =
        EVP_MAC_init(context_.get(), key_.data(), key_.size(), nullptr) == 1 &&
        EVP_MAC_update(context_.get(), reinterpret_cast<const std::uint8_t*>(text.data()), text.size()) == 1 &&
        EVP_MAC_final(context_.get(), reinterpret_cast<std::uint8_t*>(&hash), &size, sizeof hash) == 1;
    BELFRY_ASSERT(made && size == sizeof hash);
    return hash;
  }

 private:
  std::array<std::uint8_t, 16> key_ = {};
  std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> context_{nullptr, EVP_MAC_CTX_free};
};

}  // namespace

std::size_t KeyedHash::operator()(std::string_view text) const {
  static SipHash hash;
  return hash.of(text);
}

}  // namespace belfry
