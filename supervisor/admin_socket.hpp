// The Unix socket behind the admin server, and who may talk to it.
#pragma once

#include <string>

#include "common/result.hpp"
#include "common/unique_fd.hpp"

namespace belfry::supervisor {

// Bound with mode 0660, not listening yet. A socket that nobody answers on any more is replaced: call only under the
// lock of the runtime directory.
Result<UniqueFd> bind_admin_socket(const std::string& path);

// The peer of a connection is root, of our own user, or a member of the socket's group.
bool is_admin(int connection, const std::string& socket_path);

}  // namespace belfry::supervisor
