#include "supervisor/metrics_server.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "supervisor/bound_socket.hpp"
#include "supervisor/metrics_request.hpp"

namespace belfry::supervisor {
namespace {

constexpr Milliseconds kLinger{500};  // for the client to close first, so that no reset overtakes the answer

}  // namespace

// Destroyed by the server when it has ended: never under its own callback but as the last thing there.
class MetricsServer::Client {
 public:
  Client(MetricsServer& server, UvHandle<uv_tcp_t> connection);

 private:
  void on_read(ssize_t size, const char* bytes);
  void answer(std::string text);
  void on_written(int status);
  void wait(Milliseconds time);

  MetricsServer& server_;
  UvHandle<uv_tcp_t> connection_;
  UvTimer deadline_;
  std::array<char, 2048> buffer_;
  std::string input_;
  bool answered_ = false;  // what comes now is thrown away
};

namespace {

// Outlives the client where that goes first.
struct Write {
  uv_write_t request;
  std::string text;
};

}  // namespace

MetricsServer::MetricsServer(uv_loop_t* loop, UniqueFd socket, std::function<std::string()> metrics)
    : loop_(loop), metrics_(std::move(metrics)) {
  if (!socket) return;
  listening_ = make_uv_handle<uv_tcp_t>(loop, this, uv_tcp_init);
  int status = uv_tcp_open(listening_.get(), socket.release());
  BELFRY_ASSERT(status == 0);
  status = uv_listen(reinterpret_cast<uv_stream_t*>(listening_.get()), kSideBacklog,
                     [](uv_stream_t* stream, int error) noexcept {
                       if (stream->data != nullptr && error == 0) static_cast<MetricsServer*>(stream->data)->accept();
                     });
  BELFRY_ASSERT(status == 0);
}

MetricsServer::~MetricsServer() = default;

void MetricsServer::accept() {
  auto connection = make_uv_handle<uv_tcp_t>(loop_, nullptr, uv_tcp_init);
  auto* stream = reinterpret_cast<uv_stream_t*>(connection.get());
  if (uv_accept(reinterpret_cast<uv_stream_t*>(listening_.get()), stream) != 0) return;
  if (clients_.size() == kMaxMetricsClients) clients_.erase(clients_.begin());
  clients_.push_back(std::make_unique<Client>(*this, std::move(connection)));
}

void MetricsServer::let_go(const Client& client) {
  std::erase_if(clients_, [&](const auto& held) { return held.get() == &client; });
}

MetricsServer::Client::Client(MetricsServer& server, UvHandle<uv_tcp_t> connection)
    : server_(server),
      connection_(std::move(connection)),
      deadline_(make_uv_handle<uv_timer_t>(server.loop_, this, uv_timer_init)) {
  connection_->data = this;
  const auto allocate = [](uv_handle_t* handle, std::size_t, uv_buf_t* buffer) noexcept {
    auto& room = static_cast<Client*>(handle->data)->buffer_;
    *buffer = uv_buf_init(room.data(), static_cast<unsigned>(room.size()));
  };
  wait(kMetricsTimeout);
  uv_read_start(reinterpret_cast<uv_stream_t*>(connection_.get()), allocate,
                [](uv_stream_t* stream, ssize_t size, const uv_buf_t* buffer) noexcept {
                  if (stream->data != nullptr) static_cast<Client*>(stream->data)->on_read(size, buffer->base);
                });
}

void MetricsServer::Client::on_read(ssize_t size, const char* bytes) {
  if (size < 0) return server_.let_go(*this);
  if (answered_) return;
  input_.append(bytes, static_cast<std::size_t>(size));
  if (auto text = answer_metrics_request(input_, server_.metrics_)) answer(std::move(*text));
}

void MetricsServer::Client::answer(std::string text) {
  answered_ = true;
  auto* write = new Write{{}, std::move(text)};
  write->request.data = write;
  const uv_buf_t buffer = uv_buf_init(write->text.data(), static_cast<unsigned>(write->text.size()));
  const auto written = [](uv_write_t* request, int status) noexcept {
    const std::unique_ptr<Write> owned(static_cast<Write*>(request->data));
    if (void* client = request->handle->data) static_cast<Client*>(client)->on_written(status);
  };
  uv_write(&write->request, reinterpret_cast<uv_stream_t*>(connection_.get()), &buffer, 1, written);
}

void MetricsServer::Client::on_written(int status) {
  if (status != 0) return server_.let_go(*this);
  static constexpr auto kShut = [](uv_shutdown_t* request, int) noexcept { delete request; };
  auto* request = new uv_shutdown_t;
  if (uv_shutdown(request, reinterpret_cast<uv_stream_t*>(connection_.get()), kShut) != 0) delete request;
  wait(kLinger);
}

void MetricsServer::Client::wait(Milliseconds time) {
  uv_timer_start(
      deadline_.get(),
      [](uv_timer_t* timer) noexcept {
        auto* client = static_cast<Client*>(timer->data);
        client->server_.let_go(*client);
      },
      static_cast<std::uint64_t>(time.count()), 0);
}

}  // namespace belfry::supervisor
