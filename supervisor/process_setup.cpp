#include "supervisor/process_setup.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>

#include "common/log.hpp"
#include "common/result.hpp"

namespace belfry::supervisor {
namespace {

// Otherwise a listener could become some child's standard error.
void open_standard_streams() {
  int fd;
  do fd = ::open("/dev/null", O_RDWR);
  while (fd >= 0 && fd <= STDERR_FILENO);
  if (fd >= 0) ::close(fd);
}

void raise_descriptor_limit() {
  rlimit limit;
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0)
    log::warning("RLIMIT_NOFILE not raised", {{"reason", errno_error("setrlimit").message}});
}

}  // namespace

void set_up_process() {
  open_standard_streams();
  raise_descriptor_limit();
  ::signal(SIGPIPE, SIG_IGN);
}

}  // namespace belfry::supervisor
