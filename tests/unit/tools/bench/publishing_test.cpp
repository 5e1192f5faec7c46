#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tools/bench/api_publishing.hpp"
#include "tools/bench/redis_publishing.hpp"
#include "tools/bench/ws_publishing.hpp"
#include "tools/upgrade_request.hpp"
#include "worker/pusher/server_events.hpp"
#include "worker/ws/frame_encoder.hpp"

using namespace belfry;
using namespace belfry::bench;

namespace {

struct Heard final : PublishProtocol::Answers {
  std::vector<std::string> answers;

  void on_published() override { answers.emplace_back("published"); }
  void on_refused(std::string_view sentence) override { answers.emplace_back(sentence); }
};

Plan plan_for(Protocol protocol) {
  Plan plan;
  plan.target.protocol = protocol;
  plan.target.app = {"7", "key", "secret"};
  plan.target.url.target = plan.target.publish_url.target = "/ws/";
  plan.target.publish_url.host = "127.0.0.1";
  plan.channels = {"private-bench-0", "private-bench-1"};
  plan.redis = {.endpoint = {}, .key_prefix = "belfry:", .raw_prefix = "raw-"};
  return plan;
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::string message_of(PublishProtocol& protocol, std::size_t channel) {
  std::string out;
  protocol.append_message(out, channel, "data");
  return out;
}

std::string text_frame(std::string_view text) {
  const auto frame = ws::encode_frame(ws::Opcode::text, text);
  return {reinterpret_cast<const char*>(frame.data()), frame.size()};
}

}  // namespace

TEST_CASE("the HTTP API gets a signed request with the prefix of the path") {
  const Plan plan = plan_for(Protocol::pusher);
  ApiPublishing api(plan);
  const std::string request = message_of(api, 1);
  CHECK(request.starts_with("POST /ws/apps/7/events?auth_key=key&auth_timestamp="));
  CHECK(contains(request, "\r\nContent-Length: 61\r\n"));
  CHECK(request.ends_with(R"({"name":"bench","channels":["private-bench-1"],"data":"data"})"));
}

TEST_CASE("answers of the HTTP API are told apart, however they are cut") {
  const std::string fine = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\ncontent-length: 2\r\n\r\n{}";
  const std::string refused = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 5\r\n\r\nwhat?";
  const std::string all = fine + refused + fine;
  for (std::size_t cut = 0; cut <= all.size(); ++cut) {
    const Plan plan = plan_for(Protocol::pusher);
    ApiPublishing api(plan);
    Heard heard;
    std::string out;
    auto taken = api.take(all.substr(0, cut), out, heard);
    REQUIRE(taken);
    REQUIRE(api.take(all.substr(*taken), out, heard));
    CHECK(heard.answers == std::vector<std::string>{"published", "401 what?", "published"});
  }
}

TEST_CASE("an HTTP answer whose end cannot be seen ends the run") {
  const Plan plan = plan_for(Protocol::pusher);
  ApiPublishing api(plan);
  Heard heard;
  std::string out;
  CHECK_FALSE(api.take("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", out, heard));
  CHECK_FALSE(api.take("220 mail here\r\n\r\n", out, heard));
}

TEST_CASE("Redis gets what a worker publishes, and for the raw protocol the message alone") {
  const Plan pusher = plan_for(Protocol::pusher), raw = plan_for(Protocol::raw);
  RedisPublishing to_workers(pusher), to_raw(raw);
  const std::string event = message_of(to_workers, 1);
  CHECK(event.starts_with("*3\r\n$7\r\nPUBLISH\r\n$32\r\nbelfry:channel:7:private-bench-1\r\n$"));
  CHECK(contains(event, R"(1 - - {"event":"bench","channel":"private-bench-1","data":"data"})"));
  CHECK(message_of(to_raw, 0) == "*3\r\n$7\r\nPUBLISH\r\n$15\r\nraw-new_message\r\n$4\r\ndata\r\n");
}

TEST_CASE("Redis must let the publisher in, and then says of each message what became of it") {
  Plan plan = plan_for(Protocol::raw);
  plan.redis.endpoint.password = "word";
  RedisPublishing redis(plan);
  Heard heard;
  std::string out;
  CHECK(redis.greeting() == "*2\r\n$4\r\nAUTH\r\n$4\r\nword\r\n");
  CHECK_FALSE(redis.is_ready());
  CHECK_FALSE(redis.take("-WRONGPASS no\r\n", out, heard));
  CHECK(*redis.take("+OK\r\n:3\r\n-ERR full\r\n:", out, heard) == 20);
  CHECK(redis.is_ready());
  CHECK(heard.answers == std::vector<std::string>{"published", "Redis: ERR full"});
}

TEST_CASE("a publisher on a WebSocket is ready when it has subscribed to every channel") {
  const Plan plan = plan_for(Protocol::pusher);
  WsPublishing ws(plan);
  Heard heard;
  std::string out;
  const std::string request = ws.greeting();
  const std::string key = request.substr(request.find("Sec-WebSocket-Key: ") + 19, 24);
  const std::string answer =
      "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: " + tools::handshake_accept(key) + "\r\n\r\n";
  const auto hear = [&](const std::string& bytes) { CHECK(*ws.take(bytes, out, heard) == bytes.size()); };
  hear(answer);
  CHECK(out.empty());
  hear(text_frame(pusher::connection_established("1.2", 120)));
  CHECK_FALSE(out.empty());
  hear(text_frame(pusher::subscription_succeeded("private-bench-0")));
  CHECK_FALSE(ws.is_ready());
  hear(text_frame(pusher::subscription_succeeded("private-bench-1")));
  CHECK(ws.is_ready());
  auto refused = ws.take(text_frame(pusher::error("too fast", 4301)), out, heard);
  REQUIRE_FALSE(refused);
  CHECK(contains(refused.error().message, "too fast"));
}

TEST_CASE("a publisher of the raw protocol hears that a message was not published") {
  const Plan plan = plan_for(Protocol::raw);
  WsPublishing ws(plan);
  Heard heard;
  std::string out;
  const std::string request = ws.greeting();
  const std::string key = request.substr(request.find("Sec-WebSocket-Key: ") + 19, 24);
  REQUIRE(ws.take("HTTP/1.1 101 \r\nSec-WebSocket-Accept: " + tools::handshake_accept(key) + "\r\n\r\n", out, heard));
  CHECK(ws.is_ready());
  CHECK(ws.take(text_frame("belfry-bench:..."), out, heard));
  CHECK_FALSE(ws.take(text_frame(R"({"error":"message not sent","reason":"Redis is away"})"), out, heard));
}
