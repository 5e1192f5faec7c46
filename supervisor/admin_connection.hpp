// One client of the admin socket: lines in, JSON lines out, one command at a time. It reads nothing while a command is
// under way or a reply is unsent, so that neither an idle nor a greedy client costs more than its buffer. A client that
// has shut down its sending side still gets its replies. A command may be answered for long (AdminReply::follow() and
// repeat()): what the client sends then is read and thrown away; the connection ends with the answers, or when the
// client is gone altogether.
#pragma once

#include <uv.h>

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "common/clock.hpp"
#include "common/uv_handle.hpp"
#include "supervisor/admin_commands.hpp"
#include "supervisor/packet_lines.hpp"

namespace belfry::supervisor {

inline constexpr std::size_t kMaxAdminLine = 64 * 1024;

class AdminConnection : public std::enable_shared_from_this<AdminConnection> {
 public:
  struct Callbacks {
    std::function<void(std::string_view line, const AdminReply& reply)> command;
    std::function<void(AdminConnection&)> ended;  // the owner lets go of it
  };

  AdminConnection(UvHandle<uv_pipe_t> pipe, Callbacks callbacks);

  void start() { advance(); }
  // Says why and closes.
  void refuse(const std::string& why);
  bool is_idle() const { return !busy_; }
  TimePoint last_active() const { return last_active_; }

 private:
  void advance();
  void skip_line();
  void read();
  void on_read(ssize_t size);
  void take(std::string_view text);
  void run(std::string_view line);
  void follow(const nlohmann::ordered_json& answer, UniqueFd packets);
  void repeat(Milliseconds interval, AdminReply::Make make);
  void say_again();
  bool is_lasting() const { return following_ != nullptr || repeated_ != nullptr; }
  void on_end_of_input();
  void end_if_gone();
  void write(std::string line);
  void on_written(int status);
  void end();

  UvHandle<uv_pipe_t> pipe_;
  Callbacks callbacks_;
  std::array<char, 4096> buffer_;
  std::string input_;  // received, not yet run
  std::unique_ptr<PacketLines> following_;
  AdminReply::Make repeated_;
  UvTimer repeat_timer_;   // while something is repeated
  UvTimer absence_timer_;  // while the client only listens: nothing else tells that it has gone
  bool writing_ = false;
  bool busy_ = false;      // a command is under way or its reply unsent
  bool at_end_ = false;    // the client sends no more
  bool skipping_ = false;  // inside a line that was too long
  bool closing_ = false;   // ends when the present reply is sent
  TimePoint last_active_ = Clock::now();
};

}  // namespace belfry::supervisor
