// Through which all TLS sessions of a process read and write: one BIO for all, since OpenSSL keeps nothing in it.
// Before each call into OpenSSL it is told where the input is and where the output goes.
#pragma once

#include <openssl/bio.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace belfry::net {

class TlsPipe {
 public:
  TlsPipe();
  TlsPipe(const TlsPipe&) = delete;
  TlsPipe& operator=(const TlsPipe&) = delete;

  BIO* bio() const { return bio_.get(); }

  void set_input(std::span<const std::uint8_t> input) { input_ = input; }
  void set_output(std::vector<std::uint8_t>& output) { output_ = &output; }

  // For OpenSSL. At the end of the input 0.
  std::size_t take(std::span<std::uint8_t> room);
  void put(std::span<const std::uint8_t> bytes) { output_->insert(output_->end(), bytes.begin(), bytes.end()); }

 private:
  struct BioDeleter {
    void operator()(BIO* bio) const { BIO_free(bio); }
  };

  std::unique_ptr<BIO, BioDeleter> bio_;
  std::span<const std::uint8_t> input_;
  std::vector<std::uint8_t>* output_ = nullptr;
};

}  // namespace belfry::net
