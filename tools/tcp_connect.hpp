// A TCP connection to a name: every address that it resolves to is tried in turn.
#pragma once

#include <cstdint>
#include <string>

#include "common/clock.hpp"
#include "common/result.hpp"
#include "common/unique_fd.hpp"

namespace belfry::tools {

// A connected, non-blocking socket. An Error carries an errno value; the time that the resolver takes is its own.
Result<UniqueFd> connect_tcp(const std::string& host, std::uint16_t port, TimePoint deadline);

}  // namespace belfry::tools
