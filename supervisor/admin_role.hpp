// What a client of the admin socket may do.
#pragma once

#include <cstdint>

namespace belfry::supervisor {

enum class AdminRole : std::uint8_t {
  none,
  read_only,  // see how everything is
  control,    // and change it
};

// Who it is, which stays when the configuration changes.
enum class AdminPeer : std::uint8_t { stranger, member, owner };

constexpr AdminRole role_of(AdminPeer peer, AdminRole of_members) {
  if (peer == AdminPeer::owner) return AdminRole::control;
  return peer == AdminPeer::member ? of_members : AdminRole::none;
}

}  // namespace belfry::supervisor
