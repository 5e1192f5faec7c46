#include "worker/net/ring_engine.hpp"

#include <liburing.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <utility>

#include "common/assert.hpp"
#include "common/unique_fd.hpp"

namespace belfry::net {
namespace {

constexpr unsigned kEntries = 256;
constexpr std::size_t kFewest = 4;  // below: the portable way
constexpr int kFlags = MSG_DONTWAIT | MSG_WAITALL | MSG_NOSIGNAL;
constexpr int kRetries = 3;  // of a submit that takes nothing

}  // namespace

struct RingEngine::Ring {
  io_uring ring = {};
  bool made = false;

  ~Ring() {
    if (made) ::io_uring_queue_exit(&ring);
  }
};

Result<std::unique_ptr<SendEngine>> RingEngine::make() {
  auto ring = std::make_unique<Ring>();
  const int status =
      ::io_uring_queue_init(kEntries, &ring->ring, IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_COOP_TASKRUN);
  if (status < 0) return Unexpected(errno_error("io_uring_setup", -status));
  ring->made = true;
  return std::unique_ptr<SendEngine>(new RingEngine(std::move(ring)));
}

RingEngine::RingEngine(std::unique_ptr<Ring> ring) : ring_(std::move(ring)) {}

RingEngine::~RingEngine() = default;

void RingEngine::send(std::span<Outgoing> batch) {
  while (batch.size() >= kFewest && !broken_) {
    const std::size_t some = std::min<std::size_t>(kEntries, batch.size());
    submit(batch.first(some));
    batch = batch.subspan(some);
  }
  portable_.send(batch);
}

// Who leaves no completion has been sent whole.
void RingEngine::submit(std::span<Outgoing> some) {
  io_uring& ring = ring_->ring;
  for (std::size_t i = 0; i < some.size(); ++i) {
    Outgoing& outgoing = some[i];
    io_uring_sqe* entry = ::io_uring_get_sqe(&ring);
    BELFRY_ASSERT(entry != nullptr);
    if (outgoing.parts.size() == 1) {
      ::io_uring_prep_send(entry, outgoing.fd, outgoing.parts[0].iov_base, outgoing.parts[0].iov_len, kFlags);
    } else {
      outgoing.message = {};
      outgoing.message.msg_iov = outgoing.parts.data();
      outgoing.message.msg_iovlen = outgoing.parts.size();
      ::io_uring_prep_sendmsg(entry, outgoing.fd, &outgoing.message, kFlags);
    }
    entry->flags |= IOSQE_CQE_SKIP_SUCCESS;
    ::io_uring_sqe_set_data64(entry, i);
    outgoing.result = static_cast<ssize_t>(outgoing.bytes);
  }
  // A request that is refused when it is looked at ends the submit: the next one goes on behind it.
  for (int retries = 0; ::io_uring_sq_ready(&ring) > 0 && retries < kRetries;)
    if (::io_uring_submit(&ring) <= 0) ++retries;
  const std::size_t untaken = ::io_uring_sq_ready(&ring);
  for (io_uring_cqe* completion; ::io_uring_peek_cqe(&ring, &completion) == 0; ::io_uring_cqe_seen(&ring, completion))
    some[completion->user_data].result = completion->res;
  if (untaken == 0) return;
  broken_ = true;  // what it has not taken stays in it, and is never submitted
  portable_.send(some.last(untaken));
}

// ---- the probe

namespace {

// A send that fits, one that does not, and one for which no room is left: the first says nothing, the second how much
// it took, the third EAGAIN.
int try_ring() {
  auto engine = RingEngine::make();
  if (!engine) return engine.error().code;
  std::array<int, 2> pair;
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair.data()) != 0) return errno;
  const UniqueFd ours(pair[0]), theirs(pair[1]);
  std::string large(4 * 1024 * 1024, 'x');
  std::array<iovec, kFewest> parts;
  std::array<Outgoing, kFewest> batch;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    parts[i] = {large.data(), i == 1 ? large.size() : 1};
    batch[i].fd = ours.get();
    batch[i].parts = {&parts[i], 1};
    batch[i].bytes = parts[i].iov_len;
  }
  (*engine)->send(batch);
  const bool partly = batch[1].result > 0 && batch[1].result < static_cast<ssize_t>(large.size());
  return batch[0].result == 1 && partly && batch[2].result == -EAGAIN && batch[3].result == -EAGAIN ? 0 : EPROTO;
}

}  // namespace

Result<void> probe_ring() {
  const pid_t child = ::fork();
  if (child < 0) return Unexpected(errno_error("fork"));
  if (child == 0) ::_exit(try_ring());
  int status = 0;
  pid_t ended;
  do ended = ::waitpid(child, &status, 0);
  while (ended < 0 && errno == EINTR);
  if (ended < 0) return Unexpected(errno_error("waitpid"));
  if (WIFSIGNALED(status)) return Unexpected("a system call filter ends who asks for io_uring");
  if (WEXITSTATUS(status) != 0) return Unexpected(errno_error("io_uring", WEXITSTATUS(status)));
  return {};
}

}  // namespace belfry::net
