#include "worker/bus/redis_socket.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/unique_fd.hpp"
#include "tests/unit/temp_dir.hpp"
#include "tests/unit/worker/fake_bus.hpp"

namespace belfry::bus {
namespace {

// A connection over a Unix socket, and the test in the place of Redis.
class Rig : private RedisSocket::Listener {
 public:
  Rig() {
    listening_ = UniqueFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    path().copy(address.sun_path, sizeof address.sun_path - 1);
    REQUIRE(::bind(listening_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(listening_.get(), 1) == 0);
  }

  std::string path() const { return (directory_.path() / "redis.sock").string(); }

  void connect() {
    adopt(RedisSocket::to_path(loop_.get(), path(), *this));
    theirs_ = UniqueFd(::accept4(listening_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    REQUIRE(theirs_);
    turn();
    REQUIRE(connected);
  }
  void connect_to(int port) { adopt(RedisSocket::to_address(loop_.get(), "127.0.0.1", port, *this)); }

  void turn() {
    for (int i = 0; i < 3; ++i) loop_.turn();
  }
  void says(std::string_view bytes) {
    REQUIRE(::write(theirs_.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    turn();
  }
  std::string hears() {
    std::string heard;
    std::array<char, 65536> some;
    for (ssize_t got; (got = ::read(theirs_.get(), some.data(), some.size())) > 0;)
      heard.append(some.data(), static_cast<std::size_t>(got));
    return heard;
  }
  void closes() {
    theirs_.reset();
    turn();
  }

  bool connected = false;
  std::vector<std::string> replies;
  std::vector<std::string> broken;
  std::function<void()> then = [] {};  // behind each reply

 private:
  void adopt(Result<std::unique_ptr<RedisSocket>> made) {
    REQUIRE(made);
    socket = std::move(*made);
  }
  void on_connected() override { connected = true; }
  void on_reply(Reply reply) override {
    replies.emplace_back(reply.text());
    then();
  }
  void on_broken(std::string reason) override {
    broken.push_back(std::move(reason));
    socket.reset();
  }

  TempDir directory_;
  TestLoop loop_;
  UniqueFd listening_, theirs_;

 public:
  std::unique_ptr<RedisSocket> socket;
};

void append(Rig& rig, std::string_view word, std::string_view argument) {
  const std::string_view command[] = {word, argument};
  rig.socket->append(command);
}

TEST_CASE("replies come whole and in order, however they were cut") {
  Rig rig;
  rig.connect();
  rig.says("+one\r\n$5\r\nt");
  CHECK(rig.replies == std::vector<std::string>{"one"});
  rig.says("wo\r\n\r\n-ERR three\r\n");
  CHECK(rig.replies == std::vector<std::string>{"one", "two\r\n", "ERR three"});
  CHECK(rig.broken.empty());
}

TEST_CASE("who frees the socket in a reply hears nothing more") {
  Rig rig;
  rig.connect();
  rig.then = [&] { rig.socket.reset(); };
  rig.says("+one\r\n+two\r\n");
  CHECK(rig.replies == std::vector<std::string>{"one"});
  CHECK(rig.broken.empty());
}

TEST_CASE("commands wait for flush, and what the kernel does not take follows by itself") {
  Rig rig;
  rig.connect();
  append(rig, "ECHO", "a");
  append(rig, "ECHO", "b");
  rig.turn();
  CHECK(rig.hears().empty());
  rig.socket->flush();
  CHECK(rig.hears() == "*2\r\n$4\r\nECHO\r\n$1\r\na\r\n*2\r\n$4\r\nECHO\r\n$1\r\nb\r\n");
  CHECK(rig.socket->unsent_bytes() == 0);

  append(rig, "ECHO", std::string(4'000'000, 'x'));
  const std::size_t all = rig.socket->unsent_bytes();
  rig.socket->flush();
  CHECK(rig.socket->unsent_bytes() > 0);
  std::size_t heard = 0;
  for (int i = 0; i < 1000 && heard < all; ++i) {
    heard += rig.hears().size();
    rig.turn();
  }
  CHECK(heard == all);
  CHECK(rig.socket->unsent_bytes() == 0);
}

TEST_CASE("while reading is paused nothing is told, and all of it later") {
  Rig rig;
  rig.connect();
  rig.socket->pause_reading();
  rig.says("+one\r\n");
  CHECK(rig.replies.empty());
  rig.socket->resume_reading();
  rig.turn();
  CHECK(rig.replies == std::vector<std::string>{"one"});
}

TEST_CASE("the end of a connection is told once, with its reason, behind what came before") {
  Rig rig;
  rig.connect();
  rig.then = [&] { append(rig, "ECHO", "too late"); };
  rig.says("+one\r\n");
  rig.closes();
  rig.turn();
  CHECK(rig.replies == std::vector<std::string>{"one"});
  CHECK(rig.broken == std::vector<std::string>{"Server closed the connection"});
}

TEST_CASE("another protocol breaks the connection") {
  Rig rig;
  rig.connect();
  rig.says("HTTP/1.1 400 Bad Request\r\n");
  REQUIRE(rig.broken.size() == 1);
  CHECK(rig.broken.front().starts_with("Protocol error"));
}

TEST_CASE("who does not listen is told apart") {
  Rig rig;
  const UniqueFd deaf(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(deaf.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::getsockname(deaf.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
  rig.connect_to(::ntohs(address.sin_port));
  rig.turn();
  CHECK(rig.broken == std::vector<std::string>{"Connection refused"});
  CHECK(!rig.connected);
}

TEST_CASE("a Unix socket that is not there is an error at once") {
  struct Nobody : RedisSocket::Listener {
    void on_connected() override { FAIL("connected"); }
    void on_reply(Reply) override { FAIL("a reply"); }
    void on_broken(std::string) override { FAIL("broken"); }
  } nobody;
  TestLoop loop;
  const auto made = RedisSocket::to_path(loop.get(), "/nonexistent/redis.sock", nobody);
  REQUIRE(!made);
  CHECK(made.error().message == "No such file or directory");
}

}  // namespace
}  // namespace belfry::bus
