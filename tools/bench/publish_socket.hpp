// The publisher's connection: bytes that wait to be written, and bytes that wait for their end. Owns the socket, which
// never blocks once it is open.
#pragma once

#include <string>
#include <string_view>

#include "common/result.hpp"
#include "common/unique_fd.hpp"
#include "tools/bench/plan.hpp"
#include "tools/bench/poller.hpp"

namespace belfry::bench {

class PublishSocket {
 public:
  // To where the plan's messages are published. Blocks for at most some seconds.
  static Result<UniqueFd> open(const Plan& plan);

  PublishSocket(UniqueFd fd, Poller& poller);

  std::string& output() { return output_; }
  // Writes what the socket takes; the rest goes when it is writable.
  Result<void> flush();
  // Reads what there is behind input(). The Error says that the server has ended the connection, too.
  Result<void> receive();
  std::string_view input() const { return input_; }
  void taken(std::size_t bytes) { input_.erase(0, bytes); }

 private:
  void watch_writing(bool wanted);

  UniqueFd fd_;
  Poller& poller_;
  std::string output_;
  std::string input_;
  bool watches_writing_ = false;
};

}  // namespace belfry::bench
