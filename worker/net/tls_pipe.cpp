#include "worker/net/tls_pipe.hpp"

#include <algorithm>

#include "common/assert.hpp"

namespace belfry::net {
namespace {

TlsPipe& pipe_of(BIO* bio) { return *static_cast<TlsPipe*>(BIO_get_data(bio)); }

int write(BIO* bio, const char* bytes, std::size_t size, std::size_t* written) noexcept {
  BIO_clear_retry_flags(bio);
  pipe_of(bio).put({reinterpret_cast<const std::uint8_t*>(bytes), size});
  *written = size;
  return 1;
}

int read(BIO* bio, char* room, std::size_t size, std::size_t* got) noexcept {
  BIO_clear_retry_flags(bio);
  *got = pipe_of(bio).take({reinterpret_cast<std::uint8_t*>(room), size});
  if (*got == 0) BIO_set_retry_read(bio);
  return *got != 0;
}

long control(BIO*, int command, long, void*) noexcept { return command == BIO_CTRL_FLUSH; }

const BIO_METHOD* method() {
  static const BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "pipe");
    BELFRY_ASSERT(made != nullptr);
    BIO_meth_set_write_ex(made, write);
    BIO_meth_set_read_ex(made, read);
    BIO_meth_set_ctrl(made, control);
    return made;
  }();
  return method;
}

}  // namespace

TlsPipe::TlsPipe() : bio_(BIO_new(method())) {
  BELFRY_ASSERT(bio_ != nullptr);
  BIO_set_data(bio_.get(), this);
  BIO_set_init(bio_.get(), 1);
}

std::size_t TlsPipe::take(std::span<std::uint8_t> room) {
  const std::size_t count = std::min(room.size(), input_.size());
  std::copy_n(input_.begin(), count, room.begin());
  input_ = input_.subspan(count);
  return count;
}

}  // namespace belfry::net
