#include "worker/pusher/signature.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <utility>

namespace belfry::pusher {
namespace {

// Pusher's documentation, auth-signatures.
constexpr std::string_view kKey = "278d425bdf160c739803";
constexpr std::string_view kSecret = "7ad3773142a6692b25b8";
constexpr std::string_view kPrivate = "58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4";
constexpr std::string_view kPresence = "31935e7d86dba64c2a90aed31fdc61869f9b22ba9d8863bba239c03ca481bc80";
// The same with "Mr. Pusher", from the documentation's earlier edition and the tests of several SDKs.
constexpr std::string_view kEarlierPresence = "afaed3695da2ffd16931f457e338e6c9f2921fa133ce7dac49f529792be6304c";
constexpr std::string_view kSignIn = "4708d583dada6a56435fb8bc611c77c359a31eebde13337c16ab43aa6de336ba";
constexpr std::string_view kChannelData = R"({"user_id":10,"user_info":{"name":"Mr. Channels"}})";

std::string auth(std::string_view key, std::string_view hex) { return std::string(key) + ":" + std::string(hex); }

}  // namespace

TEST_CASE("the documented signatures come out, again and again from one signer") {
  const Signer signer(kSecret);
  for (int i = 0; i < 3; ++i) {
    CHECK(signer.sign({"1234.1234:private-foobar"}) == kPrivate);
    CHECK(signer.sign({"1234.1234", ":", "presence-foobar", ":", kChannelData}) == kPresence);
    CHECK(signer.sign({R"(1234.1234:presence-foobar:{"user_id":10,"user_info":{"name":"Mr. Pusher"}})"}) ==
          kEarlierPresence);
    CHECK(signer.sign({"1234.1234", "::user::", R"({"id":"12345"})"}) == kSignIn);
  }
}

TEST_CASE("vectors of RFC 4231") {
  CHECK(Signer("Jefe").sign({"what do ya want ", "for nothing?"}) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(Signer(std::string(131, '\xaa')).sign({"Test Using Larger Than Block-Size Key - Hash Key First"}) ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("an empty secret and an empty text are signed too") {
  CHECK(Signer("").sign({}) == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
  CHECK(Signer({}).sign({"", std::string_view{}}) ==
        "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST_CASE("a signature is verified to the character and a signer can be moved") {
  Signer first(kSecret);
  const Signer signer = std::move(first);
  CHECK(signer.verify({"1234.1234:", "private-foobar"}, kPrivate));
  std::string wrong(kPrivate);
  for (char& c : wrong) {
    const char right = std::exchange(c, c == '0' ? '1' : '0');
    CHECK_FALSE(signer.verify({"1234.1234:private-foobar"}, wrong));
    c = right;
  }
  std::ranges::transform(wrong, wrong.begin(), [](char c) { return static_cast<char>(std::toupper(c)); });
  CHECK_FALSE(signer.verify({"1234.1234:private-foobar"}, wrong));
  CHECK_FALSE(signer.verify({"1234.1234:private-foobar"}, kPrivate.substr(1)));
  CHECK_FALSE(signer.verify({"1234.1234:private-foobar"}, ""));
  CHECK_FALSE(signer.verify({"1234.1234:private-foobar2"}, kPrivate));
}

TEST_CASE("an auth string must name the key and carry its signature") {
  const Credentials app(kKey, kSecret);
  CHECK(app.accepts(auth(kKey, kPrivate), {"1234.1234", ":", "private-foobar"}));
  CHECK_FALSE(app.accepts(auth("another", kPrivate), {"1234.1234", ":", "private-foobar"}));
  CHECK_FALSE(app.accepts(auth("", kPrivate), {"1234.1234", ":", "private-foobar"}));
  CHECK_FALSE(app.accepts(auth(kKey, kPresence), {"1234.1234", ":", "private-foobar"}));
  for (const std::string_view none : {"", ":", "::", "278d425bdf160c739803", "278d425bdf160c739803:"})
    CHECK_FALSE(app.accepts(none, {"1234.1234", ":", "private-foobar"}));
  CHECK_FALSE(app.accepts(kPrivate, {"1234.1234", ":", "private-foobar"}));
}

TEST_CASE("during a rotation both pairs are good, each key with its own secret") {
  const Credentials app("new", "new secret", kKey, kSecret);
  CHECK(app.key() == "new");
  CHECK(app.has_key("new"));
  CHECK(app.has_key(kKey));
  CHECK_FALSE(app.has_key("ne"));
  CHECK_FALSE(app.has_key(""));
  CHECK(app.signer_of("other") == nullptr);
  CHECK(app.signer_of(kKey)->sign({"1234.1234:private-foobar"}) == kPrivate);
  CHECK(app.accepts(auth(kKey, kPrivate), {"1234.1234:private-foobar"}));
  CHECK(app.accepts(auth("new", Signer("new secret").sign({"text"})), {"text"}));
  CHECK_FALSE(app.accepts(auth("new", kPrivate), {"1234.1234:private-foobar"}));
  CHECK_FALSE(Credentials("new", "new secret", "", "").has_key(""));
}

TEST_CASE("a new secret under the same key goes before the old one") {
  const Credentials app("key", "new secret", "key", "old secret");
  CHECK(app.accepts(auth("key", Signer("new secret").sign({"text"})), {"text"}));
}

TEST_CASE("MD5 of RFC 1321") {
  CHECK(md5_hex("") == "d41d8cd98f00b204e9800998ecf8427e");
  CHECK(md5_hex("message digest") == "f96b697d7cb7938d525a2f31aaf161d0");
}

TEST_CASE("texts are compared whole") {
  CHECK(equal_in_constant_time("", {}));
  CHECK(equal_in_constant_time("abc", "abc"));
  CHECK_FALSE(equal_in_constant_time("abc", "abd"));
  CHECK_FALSE(equal_in_constant_time("abc", "ab"));
}

}  // namespace belfry::pusher
