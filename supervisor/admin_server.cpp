#include "supervisor/admin_server.hpp"

#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "common/log.hpp"
#include "supervisor/admin_socket.hpp"

namespace belfry::supervisor {

namespace {
constexpr int kBacklog = 16;
}

AdminServer::AdminServer(uv_loop_t* loop, UniqueFd socket, std::string path, AdminActions& actions)
    : loop_(loop),
      path_(std::move(path)),
      actions_(actions),
      pipe_(make_uv_handle<uv_pipe_t>(loop, this, uv_pipe_init, 0)) {
  int status = uv_pipe_open(pipe_.get(), socket.release());
  BELFRY_ASSERT(status == 0);
  status = uv_listen(reinterpret_cast<uv_stream_t*>(pipe_.get()), kBacklog, [](uv_stream_t* pipe, int error) noexcept {
    if (pipe->data != nullptr && error == 0) static_cast<AdminServer*>(pipe->data)->accept();
  });
  BELFRY_ASSERT(status == 0);
}

AdminServer::~AdminServer() { ::unlink(path_.c_str()); }

void AdminServer::accept() {
  auto pipe = make_uv_handle<uv_pipe_t>(loop_, nullptr, uv_pipe_init, 0);
  if (uv_accept(reinterpret_cast<uv_stream_t*>(pipe_.get()), reinterpret_cast<uv_stream_t*>(pipe.get())) != 0) return;
  uv_os_fd_t fd = -1;
  uv_fileno(reinterpret_cast<uv_handle_t*>(pipe.get()), &fd);
  const AdminPeer peer = peer_of(fd, path_);
  AdminConnection::Callbacks callbacks = {
      .command = [this, peer](std::string_view line, const AdminReply& reply) { run(peer, line, reply); },
      .ended = [this](AdminConnection& client) { let_go(client); }};
  admit({peer, std::make_shared<AdminConnection>(std::move(pipe), std::move(callbacks))});
}

// Said in answer to a command: a client whose connection just closed would see a broken pipe and no reason.
void AdminServer::run(AdminPeer peer, std::string_view line, const AdminReply& reply) {
  const AdminRole role = role_of(peer, actions_.role_of_members());
  if (role == AdminRole::none) log::warning("admin client refused", {{"reason", "permission denied"}});
  run_admin_command(line, role, actions_, reply);
}

void AdminServer::admit(Client client) {
  const bool has_room = make_room(client.peer);
  clients_.push_back(client);
  if (has_room) client.connection->start();
  else client.connection->refuse("too many admin clients");
}

// false: every client has a command under way. An owner then takes the place of whoever else was active least lately.
bool AdminServer::make_room(AdminPeer newcomer) {
  if (clients_.size() < kMaxAdminClients) return true;
  const auto rank = [newcomer](const Client& client) {
    if (client.connection->is_idle()) return 0;
    return newcomer == AdminPeer::owner && client.peer != AdminPeer::owner ? 1 : 2;
  };
  const auto goes_first = [&](const Client& a, const Client& b) {
    return rank(a) != rank(b) ? rank(a) < rank(b) : a.connection->last_active() < b.connection->last_active();
  };
  const auto first = std::min_element(clients_.begin(), clients_.end(), goes_first);
  if (rank(*first) == 2) return false;
  clients_.erase(first);
  return true;
}

void AdminServer::let_go(const AdminConnection& client) {
  std::erase_if(clients_, [&](const auto& held) { return held.connection.get() == &client; });
}

}  // namespace belfry::supervisor
