#include "common/text_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "common/unique_fd.hpp"

namespace belfry {
namespace {

constexpr std::size_t kLargestFile = 4 << 20;

}  // namespace

Result<std::string> read_text_file(const std::string& path) {
  UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return Unexpected(errno_error(path));
  std::string text;
  char block[16 << 10];
  while (true) {
    const ssize_t count = ::read(file.get(), block, sizeof block);
    if (count < 0) return Unexpected(errno_error(path));
    if (count == 0) return text;
    text.append(block, static_cast<std::size_t>(count));
    if (text.size() > kLargestFile) return Unexpected(path + ": a configuration file is not that large");
  }
}

}  // namespace belfry
