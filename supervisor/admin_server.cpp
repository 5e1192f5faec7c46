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
  const AdminRole role = role_of_peer(fd, path_, actions_.role_of_members());
  AdminConnection::Callbacks callbacks = {
      .command = [this, role](std::string_view line, const AdminReply& reply) { run(role, line, reply); },
      .ended = [this](AdminConnection& client) { let_go(client); }};
  admit(std::make_shared<AdminConnection>(std::move(pipe), std::move(callbacks)));
}

// Said in answer to a command: a client whose connection just closed would see a broken pipe and no reason.
void AdminServer::run(AdminRole role, std::string_view line, const AdminReply& reply) {
  if (role == AdminRole::none) log::warning("admin client refused", {{"reason", "permission denied"}});
  run_admin_command(line, role, actions_, reply);
}

void AdminServer::admit(std::shared_ptr<AdminConnection> client) {
  const bool has_room = make_room();
  clients_.push_back(client);
  if (has_room) client->start();
  else client->refuse("too many admin clients");
}

// false: every client has a command under way.
bool AdminServer::make_room() {
  if (clients_.size() < kMaxAdminClients) return true;
  const auto silent_longer = [](const auto& a, const auto& b) {
    return a->is_idle() != b->is_idle() ? a->is_idle() : a->last_active() < b->last_active();
  };
  const auto silent = std::min_element(clients_.begin(), clients_.end(), silent_longer);
  if (!(*silent)->is_idle()) return false;
  clients_.erase(silent);
  return true;
}

void AdminServer::let_go(const AdminConnection& client) {
  std::erase_if(clients_, [&](const auto& held) { return held.get() == &client; });
}

}  // namespace belfry::supervisor
