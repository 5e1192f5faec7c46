// What workers tell to a client of the admin socket: packets of a socket whose writing end they have, as lines, a batch
// at a time. The next batch is read when the owner asks for it, so that a client who reads slowly fills the socket and
// not this process. It ends when nobody has the writing end any more.
#pragma once

#include <uv.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "common/result.hpp"
#include "common/unique_fd.hpp"
#include "common/uv_handle.hpp"

namespace belfry::supervisor {

// The reading end, and the writing end for the workers.
Result<std::pair<UniqueFd, UniqueFd>> make_packet_pair();

class PacketLines {
 public:
  using Take = std::function<void(std::string lines)>;  // without the end of the last one

  // `ended` may destroy the object.
  PacketLines(uv_loop_t* loop, UniqueFd packets, Take take, std::function<void()> ended);

  // The next batch, when there is something.
  void resume();

 private:
  void on_readable();
  bool read_packet(std::string& lines);

  UniqueFd packets_;
  Take take_;
  std::function<void()> ended_;
  bool at_end_ = false;
  UvPoll poll_;
  std::vector<char> buffer_;
};

}  // namespace belfry::supervisor
