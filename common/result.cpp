#include "common/result.hpp"

#include <cerrno>
#include <cstring>

namespace belfry {

Error errno_error(std::string what) { return errno_error(std::move(what), errno); }

Error errno_error(std::string what, int code) { return Error{std::move(what) + ": " + std::strerror(code), code}; }

}  // namespace belfry
