#include "supervisor/sealed_memfd.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>

namespace belfry::supervisor {

Result<UniqueFd> make_sealed_memfd(const char* name, std::string_view text) {
  UniqueFd fd(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd) return Unexpected(errno_error("memfd_create"));
  for (std::size_t written = 0; written < text.size();) {
    const ssize_t count = ::write(fd.get(), text.data() + written, text.size() - written);
    if (count < 0) return Unexpected(errno_error("memfd: write"));
    written += static_cast<std::size_t>(count);
  }
  if (::lseek(fd.get(), 0, SEEK_SET) < 0) return Unexpected(errno_error("memfd: lseek"));
  constexpr int kSeals = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
  if (::fcntl(fd.get(), F_ADD_SEALS, kSeals) < 0) return Unexpected(errno_error("memfd: seal"));
  return fd;
}

}  // namespace belfry::supervisor
