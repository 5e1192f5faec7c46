#include "supervisor/redis_program.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <sstream>

#include "common/plain_text.hpp"

namespace belfry::supervisor {
Result<std::string> find_redis_program() {
  const char* path = std::getenv("PATH");
  const std::string directories = std::string(path != nullptr ? path : "") + ":/usr/bin:/usr/sbin";
  for (const char* name : {"redis-server", "valkey-server"}) {
    std::istringstream list(directories);
    for (std::string directory; std::getline(list, directory, ':');) {
      const std::string program = directory + "/" + name;
      if (directory.starts_with("/") && ::access(program.c_str(), X_OK) == 0) return program;
    }
  }
  return Unexpected(
      "redis.url is empty, so that belfry runs a private Redis, but neither redis-server nor valkey-server is "
      "installed: install the package redis-server (or, on Debian 13, valkey-server), or set redis.url");
}

// The pubsub buffer: a worker that does not read is killed after six seconds without a heartbeat, which bounds what may
// pile up for it in time; the default of 32 MB would cut off a worker that is only behind for a moment.
std::string redis_configuration(const std::string& directory, const std::string& socket) {
  return fmt::format(R"(port 0
unixsocket {}
unixsocketperm 700
daemonize no
dir {}
save ""
appendonly no
logfile ""
loglevel warning
client-output-buffer-limit pubsub 512mb 256mb 60
)",
                     in_quotes(socket), in_quotes(directory));
}

}  // namespace belfry::supervisor
