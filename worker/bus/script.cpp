#include "worker/bus/script.hpp"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <array>

namespace belfry::bus {

Script::Script(std::string_view body) : body_(body) {
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest;
  SHA1(reinterpret_cast<const unsigned char*>(body.data()), body.size(), digest.data());
  for (const unsigned char byte : digest) sha1_.append(fmt::format("{:02x}", byte));
}

}  // namespace belfry::bus
