#include "worker/bus/name_lookup.hpp"

#include <arpa/inet.h>

#include <memory>
#include <string_view>
#include <utility>

namespace belfry::bus {
namespace {

std::vector<std::string> numeric(const addrinfo* found) {
  std::vector<std::string> addresses;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    char text[INET6_ADDRSTRLEN] = {};
    if (uv_ip_name(one->ai_addr, text, sizeof text) == 0) addresses.emplace_back(text);
  }
  return addresses;
}

}  // namespace

struct NameLookup::Request {
  uv_getaddrinfo_t uv = {};
  NameLookup* owner = nullptr;  // null: destroyed meanwhile

  void finish(int status, const addrinfo* found) {
    if (owner == nullptr) return;
    owner->running_ = nullptr;
    std::exchange(owner->on_found_, nullptr)(numeric(found), status == 0 ? "no address" : uv_strerror(status));
  }
};

NameLookup::~NameLookup() {
  if (running_ == nullptr) return;
  running_->owner = nullptr;
  uv_cancel(reinterpret_cast<uv_req_t*>(&running_->uv));
}

void NameLookup::start(const std::string& host, OnFound on_found) {
  on_found_ = std::move(on_found);
  if (running_ != nullptr) return;
  auto request = std::make_unique<Request>();
  request->owner = this;
  request->uv.data = request.get();
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  const auto done = [](uv_getaddrinfo_t* uv, int status, addrinfo* found) noexcept {
    const std::unique_ptr<Request> finished(static_cast<Request*>(uv->data));
    finished->finish(status, found);
    uv_freeaddrinfo(found);
  };
  const int status = uv_getaddrinfo(loop_, &request->uv, done, host.c_str(), nullptr, &hints);
  if (status == 0) running_ = request.release();
  else std::exchange(on_found_, nullptr)({}, uv_strerror(status));
}

bool is_numeric_address(const std::string& host) {
  unsigned char address[sizeof(in6_addr)];
  return ::inet_pton(AF_INET, host.c_str(), address) == 1 || ::inet_pton(AF_INET6, host.c_str(), address) == 1;
}

}  // namespace belfry::bus
