#include "common/tls_identity.hpp"

#include <doctest/doctest.h>

#include <ctime>
#include <fstream>
#include <string>
#include <string_view>

#include "tests/unit/certificate.hpp"
#include "tests/unit/temp_dir.hpp"

namespace belfry {
namespace {

class Files {
 public:
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(directory_.path() / name) << text;
    return directory_.path() / name;
  }

 private:
  TempDir directory_;
};

std::string error_of(const Files& files, const std::string& certificate, const std::string& key = "") {
  TlsSettings settings;
  settings.certificate = files.write("certificate", certificate);
  if (!key.empty()) settings.key = files.write("key", key);
  auto read = read_tls_identity(settings);
  return read ? "no error" : read.error().message;
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("without a certificate there is no identity") {
  auto identity = read_tls_identity({});
  REQUIRE(identity);
  CHECK(*identity == TlsIdentity());
  CHECK(validity_text(identity->expires) == "none");
}

TEST_CASE("certificate and key come from one file or from two, with comments between") {
  const Files files;
  const MadeCertificate made = make_certificate(3600);
  TlsSettings two, one;
  two.certificate = files.write("certificate", "a comment\n" + made.certificate);
  two.key = files.write("key", made.key);
  one.certificate = files.write("both", made.key + "another\n" + made.certificate);
  for (const TlsSettings& settings : {one, two}) {
    auto identity = read_tls_identity(settings);
    REQUIRE(identity);
    CHECK(contains(identity->pem, made.key));
    CHECK(identity->expires > std::time(nullptr) + 3500);
    CHECK(identity->expires <= std::time(nullptr) + 3600);
    CHECK(validity_text(identity->expires).starts_with("valid until 20"));
  }
}

TEST_CASE("what cannot be used is refused by name") {
  const Files files;
  const MadeCertificate made = make_certificate(), other = make_certificate();
  CHECK(contains(error_of(files, ""), "there is no certificate in it"));
  CHECK(contains(error_of(files, made.key), "there is no certificate in it"));
  CHECK(contains(error_of(files, made.certificate), "there is no private key in it"));
  CHECK(contains(error_of(files, made.certificate, other.key), "the private key is not that of the certificate"));
  CHECK(error_of(files, made.certificate, made.key) == "no error");
  CHECK(error_of(files, made.certificate + other.certificate, made.key) == "no error");
  std::string damaged = other.certificate;
  damaged[damaged.size() / 2] = '*';
  CHECK(contains(error_of(files, made.certificate + damaged, made.key), "a certificate of the chain is damaged"));
  TlsSettings nowhere;
  nowhere.certificate = "/nowhere/at/all";
  CHECK(read_tls_identity(nowhere).error().message == "tls.certificate: /nowhere/at/all: No such file or directory");
}

}  // namespace belfry
