#include "supervisor/listeners.hpp"

#include <linux/filter.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <optional>
#include <string_view>
#include <utility>

#include "common/log.hpp"
#include "common/socket_address.hpp"
#include "supervisor/bound_socket.hpp"

namespace belfry::supervisor {
namespace {

bool is_missing(const Error& error) { return error.code == EADDRNOTAVAIL || error.code == EAFNOSUPPORT; }

Result<UniqueFd> listening(std::string_view option, const SocketAddress& address) {
  auto fd = bind_tcp(option, address, Sharing::with_siblings);
  if (fd && ::listen(fd->get(), kListenBacklog) != 0) return Unexpected(bind_error(option, address, errno));
  return fd;
}

Result<std::vector<SocketAddress>> parse(std::string_view option, const std::vector<std::string>& texts) {
  std::vector<SocketAddress> addresses;
  for (const std::string& text : texts) {
    auto address = parse_socket_address(text);
    if (!address) return Unexpected(std::string(option) + ": " + address.error().message);
    addresses.push_back(*address);
  }
  return addresses;
}

// The addresses that can be bound, or why one cannot.
Result<std::vector<SocketAddress>> probe(std::string_view option, const std::vector<std::string>& texts,
                                         MissingFamily missing) {
  auto addresses = parse(option, texts);
  if (!addresses) return Unexpected(addresses.error());
  std::vector<SocketAddress> free;
  std::optional<Error> skipped;
  for (const SocketAddress& address : *addresses) {
    if (auto probed = bind_tcp(option, address, Sharing::alone)) {
      free.push_back(address);
    } else if (missing == MissingFamily::skip && is_missing(probed.error())) {
      skipped = probed.error();
      log::warning("address skipped", {{"reason", skipped->message}});
    } else {
      return Unexpected(probed.error());
    }
  }
  if (free.empty() && skipped) return Unexpected(*skipped);
  return free;
}

// Port 0 of a later address becomes the port of an earlier one where nobody holds that.
void prefer_port(std::string_view option, SocketAddress& address, std::uint16_t port) {
  SocketAddress preferred = address;
  preferred.set_port(port);
  if (bind_tcp(option, preferred, Sharing::alone)) address = preferred;
}

// Lets nothing through that begins a connection: SYN without ACK, in byte 13 of the TCP header (RFC 9293, section 3.1).
constexpr std::array<sock_filter, 5> kNoNewcomers = {{
    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 13),
    BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0x12),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x02, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, 0),
    BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
}};

}  // namespace

Result<Listeners> Listeners::open(const std::vector<std::string>& listen, std::uint32_t slots, MissingFamily missing,
                                  const std::vector<std::string>& tls_listen) {
  auto plain = probe("listen", listen, missing);
  if (!plain) return Unexpected(plain.error());
  if (plain->empty()) return Unexpected("listen: no address is named");
  auto tls = probe("tls.listen", tls_listen, MissingFamily::refuse);
  if (!tls) return Unexpected(tls.error());
  Listeners listeners(slots);
  auto bound = listeners.bind("listen", std::move(*plain));
  if (!bound) return Unexpected(bound.error());
  auto tls_bound = listeners.bind("tls.listen", std::move(*tls));
  if (!tls_bound) return Unexpected(tls_bound.error());
  listeners.addresses_ = std::move(*bound);
  listeners.tls_addresses_ = std::move(*tls_bound);
  return listeners;
}

// One socket for each slot and address; returns the addresses with their real ports.
Result<std::vector<std::string>> Listeners::bind(std::string_view option, std::vector<SocketAddress> addresses) {
  std::vector<std::string> bound;
  std::uint16_t chosen_port = 0;
  for (SocketAddress& address : addresses) {
    const bool chosen = address.port() == 0;
    if (chosen && chosen_port != 0) prefer_port(option, address, chosen_port);
    for (auto& slot : by_slot_) {
      auto fd = listening(option, address);
      if (!fd) return Unexpected(fd.error());
      if (address.port() == 0) address.set_port(local_address(fd->get()).port());
      slot.push_back(std::move(*fd));
    }
    if (chosen) chosen_port = address.port();
    bound.push_back(address.to_string());
  }
  return bound;
}

std::vector<int> Listeners::of_slot(std::uint32_t slot) const {
  std::vector<int> fds;
  for (const UniqueFd& fd : by_slot_.at(slot)) fds.push_back(fd.get());
  return fds;
}

void Listeners::take_no_more() const {
  auto code = kNoNewcomers;
  const sock_fprog program = {static_cast<unsigned short>(code.size()), code.data()};
  for (const auto& slot : by_slot_)
    for (const UniqueFd& fd : slot)
      if (::setsockopt(fd.get(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0)
        return log::warning("newcomers cannot be kept out", {{"reason", errno_error("SO_ATTACH_FILTER").message}});
}

}  // namespace belfry::supervisor
