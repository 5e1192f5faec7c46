// The Unix socket behind the admin server, and who may talk to it.
#pragma once

#include <string>

#include "common/result.hpp"
#include "common/unique_fd.hpp"
#include "supervisor/admin_role.hpp"

namespace belfry::supervisor {

// Bound with mode 0660, not listening yet. A socket that nobody answers on any more is replaced: call only under the
// lock of the runtime directory.
Result<UniqueFd> bind_admin_socket(const std::string& path);

// At the other end of a connection. Owner: root, and our own user. Member: of the socket's group, whether it is the
// first group or another one, which any member can make his first (newgrp).
AdminPeer peer_of(int connection, const std::string& socket_path);

}  // namespace belfry::supervisor
