#include "common/connection_capacity.hpp"

#include <sys/resource.h>

namespace belfry {

std::uint64_t descriptor_limit() {
  rlimit limit = {};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

}  // namespace belfry
