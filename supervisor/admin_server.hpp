// The admin socket's server: accepts a bounded number of clients, lets in only those who may, and hands their lines to
// the commands. When all places are taken, the client that was silent longest makes room, and for root and the
// server's own user also one that has a command under way.
#pragma once

#include <uv.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/unique_fd.hpp"
#include "common/uv_handle.hpp"
#include "supervisor/admin_commands.hpp"
#include "supervisor/admin_connection.hpp"

namespace belfry::supervisor {

inline constexpr std::size_t kMaxAdminClients = 32;

class AdminServer {
 public:
  // `socket` is bound to `path`, which is removed in the end.
  AdminServer(uv_loop_t* loop, UniqueFd socket, std::string path, AdminActions& actions);
  ~AdminServer();

 private:
  struct Client {
    AdminPeer peer;
    std::shared_ptr<AdminConnection> connection;
  };

  void accept();
  void run(AdminPeer peer, std::string_view line, const AdminReply& reply);
  void admit(Client client);
  bool make_room(AdminPeer newcomer);
  void let_go(const AdminConnection& client);

  uv_loop_t* loop_;
  std::string path_;
  AdminActions& actions_;
  UvHandle<uv_pipe_t> pipe_;
  std::vector<Client> clients_;
};

}  // namespace belfry::supervisor
