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

// Of the peer of a connection: root and our own user control; members of the socket's group may what `of_members` says,
// whether it is their first group or another one, which any member can make his first (newgrp).
AdminRole role_of_peer(int connection, const std::string& socket_path, AdminRole of_members);

}  // namespace belfry::supervisor
