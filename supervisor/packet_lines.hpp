// The packets of a socket as lines, a batch at a time: the next batch is read when the owner asks for it, so that a
// client who reads slowly fills the socket and not this process.
#pragma once

#include <uv.h>

#include <functional>
#include <string>
#include <vector>

#include "common/unique_fd.hpp"
#include "common/uv_handle.hpp"

namespace belfry::supervisor {

class PacketLines {
 public:
  using Take = std::function<void(std::string lines)>;  // without the end of the last one

  PacketLines(uv_loop_t* loop, UniqueFd packets, Take take);

  // The next batch, when there is something.
  void resume();

 private:
  void on_readable();
  bool read_packet(std::string& lines);

  UniqueFd packets_;
  Take take_;
  UvPoll poll_;
  std::vector<char> buffer_;
};

}  // namespace belfry::supervisor
