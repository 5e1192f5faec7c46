// HMAC-SHA256 signatures and the key pairs behind them: one prepared OpenSSL context per secret, comparisons in
// constant time. Everything here belongs to one thread.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct evp_mac_ctx_st;  // EVP_MAC_CTX

namespace belfry::pusher {

// Takes the same time wherever the texts differ. Their lengths are no secret.
bool equal_in_constant_time(std::string_view a, std::string_view b);

// Lower-case hex.
std::string md5_hex(std::string_view text);

class Signer {
 public:
  explicit Signer(std::string_view secret);

  // Lower-case hex of the HMAC over the parts one behind the other.
  std::string sign(std::initializer_list<std::string_view> parts) const;
  bool verify(std::initializer_list<std::string_view> parts, std::string_view hex) const;

 private:
  struct Free {
    void operator()(evp_mac_ctx_st* context) const;
  };

  std::unique_ptr<evp_mac_ctx_st, Free> context_;  // holds the key; each sign() starts it afresh
};

// An app's key pair and, during a rotation, the one before it: both are accepted, key() is what new signatures name.
class Credentials {
 public:
  Credentials(std::string_view key, std::string_view secret);
  Credentials(std::string_view key, std::string_view secret, std::string_view previous_key,
              std::string_view previous_secret);  // an empty previous key: there is none

  const std::string& key() const { return pairs_.front().key; }
  const Signer& signer() const { return pairs_.front().signer; }  // of key()
  bool has_key(std::string_view key) const;
  // nullptr: no such key.
  const Signer* signer_of(std::string_view key) const;

  // Whether `auth` is "KEY:HEX" with the signature of the parts under that key.
  bool accepts(std::string_view auth, std::initializer_list<std::string_view> parts) const;
  // The same with key and signature apart. An unknown key costs what a known one costs.
  bool accepts(std::string_view key, std::string_view hex, std::initializer_list<std::string_view> parts) const;

 private:
  struct Pair {
    std::string key;
    Signer signer;
  };

  std::vector<Pair> pairs_;  // current, then previous
};

}  // namespace belfry::pusher
