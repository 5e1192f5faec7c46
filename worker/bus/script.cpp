#include "worker/bus/script.hpp"

#include <openssl/sha.h>

#include <array>

#include "common/hex.hpp"

namespace belfry::bus {

Script::Script(std::string_view body) : body_(body) {
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest;
  SHA1(reinterpret_cast<const unsigned char*>(body.data()), body.size(), digest.data());
  sha1_ = to_hex(digest);
}

}  // namespace belfry::bus
