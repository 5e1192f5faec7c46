#include "worker/settings_order.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <string>

namespace belfry::worker {
namespace {

Result<std::string> read_whole(int fd) {
  struct stat st = {};
  if (::fstat(fd, &st) != 0) return Unexpected(errno_error("configuration: fstat"));
  std::string text(static_cast<std::size_t>(st.st_size), '\0');
  const ssize_t got = ::pread(fd, text.data(), text.size(), 0);
  if (got != st.st_size) return Unexpected(errno_error("configuration: pread"));
  return text;
}

}  // namespace

Result<SettingsOrder> read_settings_order(int memfd) {
  auto text = read_whole(memfd);
  if (!text) return Unexpected(text.error());
  return parse_settings_order(*text);
}

}  // namespace belfry::worker
