#include "worker/net/tls_session.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "tests/unit/certificate.hpp"
#include "worker/net/tls_server.hpp"

namespace belfry::net {
namespace {

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string read_all(TlsSession& session) {
  std::string said;
  std::array<std::uint8_t, 1000> room;
  while (const std::size_t size = session.read(room)) said.append(reinterpret_cast<const char*>(room.data()), size);
  return said;
}

// What `from` has to send goes to `to`, in pieces of `size` bytes; returns what was said.
std::string pass(TlsSession& from, TlsSession& to, std::size_t size = 1'000'000) {
  std::string said;
  while (!from.unsent().empty()) {
    const auto piece = from.unsent().first(std::min(size, from.unsent().size()));
    const std::vector<std::uint8_t> sent(piece.begin(), piece.end());
    from.sent(sent.size());
    to.feed(sent);
    said += read_all(to);
  }
  return said;
}

class Pair {
 public:
  explicit Pair(int version = TLS1_3_VERSION) {
    const MadeCertificate made = make_certificate();
    server_.use(made.certificate + made.key, {});
    ours = server_.make_session();
    context_.reset(SSL_CTX_new(TLS_client_method()));
    std::unique_ptr<SSL, SslDeleter> ssl(SSL_new(context_.get()));
    SSL_set_max_proto_version(ssl.get(), version);
    SSL_set_connect_state(ssl.get());
    their_ssl = ssl.get();
    theirs = std::make_unique<TlsSession>(pipe_, std::move(ssl));
  }

  void shake_hands(std::size_t piece = 1'000'000) {
    theirs->start();
    while (!theirs->unsent().empty() || !ours->unsent().empty()) {
      pass(*theirs, *ours, piece);
      pass(*ours, *theirs, piece);
    }
  }

 private:
  TlsServer server_;
  TlsPipe pipe_;
  TlsContext context_;

 public:
  std::unique_ptr<TlsSession> ours, theirs;
  SSL* their_ssl = nullptr;
};

}  // namespace

TEST_CASE("both sides hear what the other one says, in pieces of any size") {
  for (const std::size_t piece : {1u, 7u, 1'000'000u}) {
    Pair pair;
    pair.shake_hands(piece);
    REQUIRE(pair.ours->is_established());
    REQUIRE(pair.theirs->is_established());
    const std::string text(40'000, 'x');
    REQUIRE(pair.theirs->write(bytes_of("hello")));
    REQUIRE(pair.ours->write(bytes_of(text)));
    CHECK(pass(*pair.theirs, *pair.ours, piece) == "hello");
    CHECK(pass(*pair.ours, *pair.theirs, piece) == text);
    CHECK(pair.ours->unsent().empty());
  }
}

TEST_CASE("what is said before the end is heard, and then the end") {
  Pair pair;
  pair.shake_hands();
  REQUIRE(pair.theirs->write(bytes_of("last words")));
  pair.theirs->end();
  pair.theirs->end();
  CHECK(pass(*pair.theirs, *pair.ours) == "last words");
  CHECK(pair.ours->has_ended());
  CHECK_FALSE(pair.ours->has_failed());
  REQUIRE(pair.ours->write(bytes_of("an answer")));
  CHECK(pass(*pair.ours, *pair.theirs) == "an answer");
}

TEST_CASE("what was changed on the way is a failure, and nothing of it is heard") {
  Pair pair;
  pair.shake_hands();
  REQUIRE(pair.theirs->write(bytes_of("hello")));
  const auto unsent = pair.theirs->unsent();
  std::vector<std::uint8_t> changed(unsent.begin(), unsent.end());
  changed.back() ^= 1;
  pair.ours->feed(changed);
  CHECK(read_all(*pair.ours).empty());
  CHECK(pair.ours->has_failed());
  CHECK_FALSE(pair.ours->unsent().empty());  // the alert
  CHECK_FALSE(pair.ours->write(bytes_of("an answer")));
}

TEST_CASE("who speaks HTTP, or noise, does not get through") {
  for (const std::string_view text : {"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "POST /apps HTTP/1.1\r\n\r\n"}) {
    Pair pair;
    pair.ours->feed(bytes_of(text));
    CHECK(read_all(*pair.ours).empty());
    CHECK(pair.ours->met_http());
    CHECK(pair.ours->has_failed());
    CHECK(pair.ours->unsent().empty());
  }
  Pair pair;
  const std::string noise(100, '\7');
  pair.ours->feed(bytes_of(noise));
  CHECK(read_all(*pair.ours).empty());
  CHECK(pair.ours->has_failed());
  CHECK_FALSE(pair.ours->met_http());
}

TEST_CASE("that the handshake is over is told once") {
  Pair pair;
  CHECK_FALSE(pair.ours->take_established());
  pair.shake_hands();
  CHECK(pair.ours->take_established());
  CHECK_FALSE(pair.ours->take_established());
  CHECK(pair.ours->is_established());
}

// The peer's next words are the begin of a handshake that does not go on.
TEST_CASE("who begins another handshake and leaves it half done is told nothing more") {
  Pair pair(TLS1_2_VERSION);
  pair.shake_hands();
  SSL_set_max_send_fragment(pair.their_ssl, 512);  // the least; their ClientHello is to be longer
  SSL_set_cipher_list(pair.their_ssl, "ALL:@SECLEVEL=0");
  SSL_set_tlsext_host_name(pair.their_ssl, std::string(250, 'x').c_str());
  SSL_renegotiate(pair.their_ssl);
  pair.theirs->start();
  const auto unsent = pair.theirs->unsent();
  const std::size_t first = 5 + std::size_t{unsent[3]} * 256 + unsent[4];
  REQUIRE(unsent.size() > first);
  const std::vector<std::uint8_t> half(unsent.begin(), unsent.begin() + static_cast<std::ptrdiff_t>(first));
  pair.ours->feed(half);
  CHECK(read_all(*pair.ours).empty());
  CHECK(pair.ours->is_established());
  CHECK_FALSE(pair.ours->has_failed());
  CHECK_FALSE(pair.ours->write(bytes_of("an answer")));
  CHECK(pair.ours->unsent().empty());
}

TEST_CASE("an end before the handshake is over says nothing") {
  Pair pair;
  pair.ours->end();
  CHECK(pair.ours->unsent().empty());
}

}  // namespace belfry::net
