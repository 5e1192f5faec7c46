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

constexpr std::string_view kOption = "listen";

bool is_missing(const Error& error) { return error.code == EADDRNOTAVAIL || error.code == EAFNOSUPPORT; }

Result<UniqueFd> listening(const SocketAddress& address) {
  auto fd = bind_tcp(kOption, address, Sharing::with_siblings);
  if (fd && ::listen(fd->get(), kListenBacklog) != 0) return Unexpected(bind_error(kOption, address, errno));
  return fd;
}

Result<std::vector<SocketAddress>> parse(const std::vector<std::string>& texts) {
  std::vector<SocketAddress> addresses;
  for (const std::string& text : texts) {
    auto address = parse_socket_address(text);
    if (!address) return Unexpected("listen: " + address.error().message);
    addresses.push_back(*address);
  }
  return addresses;
}

// The addresses that can be bound, or why one cannot.
Result<std::vector<SocketAddress>> probe(const std::vector<SocketAddress>& addresses, MissingFamily missing) {
  std::vector<SocketAddress> free;
  std::optional<Error> skipped;
  for (const SocketAddress& address : addresses) {
    if (auto probed = bind_tcp(kOption, address, Sharing::alone)) {
      free.push_back(address);
    } else if (missing == MissingFamily::skip && is_missing(probed.error())) {
      skipped = probed.error();
      log::warning("address skipped", {{"reason", skipped->message}});
    } else {
      return Unexpected(probed.error());
    }
  }
  if (free.empty()) return Unexpected(skipped.value_or(Error{"listen: no address is named"}));
  return free;
}

// Port 0 of a later address becomes the port of an earlier one where nobody holds that.
void prefer_port(SocketAddress& address, std::uint16_t port) {
  SocketAddress preferred = address;
  preferred.set_port(port);
  if (bind_tcp(kOption, preferred, Sharing::alone)) address = preferred;
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

Result<Listeners> Listeners::open(const std::vector<std::string>& texts, std::uint32_t slots, MissingFamily missing) {
  auto wanted = parse(texts);
  if (!wanted) return Unexpected(wanted.error());
  auto addresses = probe(*wanted, missing);
  if (!addresses) return Unexpected(addresses.error());
  Listeners listeners(slots);
  std::uint16_t chosen_port = 0;
  for (SocketAddress address : *addresses) {
    const bool chosen = address.port() == 0;
    if (chosen && chosen_port != 0) prefer_port(address, chosen_port);
    for (auto& slot : listeners.by_slot_) {
      auto fd = listening(address);
      if (!fd) return Unexpected(fd.error());
      if (address.port() == 0) address.set_port(local_address(fd->get()).port());
      slot.push_back(std::move(*fd));
    }
    if (chosen) chosen_port = address.port();
    listeners.addresses_.push_back(address.to_string());
  }
  return listeners;
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
