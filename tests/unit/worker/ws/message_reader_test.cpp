#include "worker/ws/message_reader.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace belfry::ws {
namespace {

struct Recorder final : MessageSink {
  std::vector<std::string> events;

  bool on_message(Opcode opcode, std::string_view payload) override {
    events.push_back((opcode == Opcode::text ? "text:" : "binary:") + std::string(payload));
    return true;
  }
  bool on_control(Opcode opcode, std::string_view payload) override {
    events.push_back(std::to_string(static_cast<int>(opcode)) + ":" + std::string(payload));
    return opcode != Opcode::close;
  }
  void on_violation(const Violation& violation) override {
    events.push_back("violation:" + std::to_string(static_cast<int>(violation.code)));
  }
};

constexpr std::uint8_t kFin = 0x80;

// A masked frame as a client sends it.
std::string frame(std::uint8_t first, std::string_view payload) {
  std::string bytes = {static_cast<char>(first)};
  if (payload.size() < 126) {
    bytes += static_cast<char>(0x80 | payload.size());
  } else {
    bytes += static_cast<char>(0x80 | 126);
    bytes += static_cast<char>(payload.size() >> 8);
    bytes += static_cast<char>(payload.size() & 0xff);
  }
  const std::string mask = "\x11\x22\x33\x44";
  bytes += mask;
  for (std::size_t i = 0; i < payload.size(); ++i) bytes += static_cast<char>(payload[i] ^ mask[i % 4]);
  return bytes;
}

// Feeds `bytes` in pieces of `piece`; stops as a session would.
std::vector<std::string> read(std::string_view bytes, std::size_t piece, std::uint64_t max_message = 1024 * 1024) {
  MessageReader reader;
  std::unique_ptr<Incomplete> incomplete;
  Recorder recorder;
  for (std::size_t i = 0; i < bytes.size(); i += piece) {
    const std::string_view part = bytes.substr(i, piece);
    reader.read(incomplete, {reinterpret_cast<const std::uint8_t*>(part.data()), part.size()}, max_message, recorder);
    if (!recorder.events.empty() && recorder.events.back().starts_with("violation")) break;
  }
  return recorder.events;
}

using Events = std::vector<std::string>;

}  // namespace

TEST_CASE("messages and control frames come out the same however the bytes are cut") {
  const std::string long_text(5000, 'x');
  const std::string bytes = frame(kFin | 1, "hello") + frame(1, "a") + frame(kFin | 9, "ping") + frame(0, "b") +
                            frame(kFin | 0, "c") + frame(kFin | 2, std::string("\0\xff", 2)) + frame(kFin | 1, "") +
                            frame(kFin | 1, long_text) + frame(kFin | 10, "");
  const Events expected = {
      "text:hello", "9:ping", "text:abc", std::string("binary:\0\xff", 9), "text:", "text:" + long_text, "10:"};
  for (const std::size_t piece : {1, 2, 3, 7, 100, 100'000}) CHECK(read(bytes, piece) == expected);
}

TEST_CASE("a session at a frame boundary owns nothing") {
  MessageReader reader;
  std::unique_ptr<Incomplete> incomplete;
  Recorder recorder;
  const std::string bytes = frame(kFin | 1, "hello");
  const std::span<const std::uint8_t> all(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  reader.read(incomplete, all.first(4), 100, recorder);
  CHECK(incomplete != nullptr);
  reader.read(incomplete, all.subspan(4), 100, recorder);
  CHECK(incomplete == nullptr);
  CHECK(recorder.events == Events{"text:hello"});
}

TEST_CASE("each broken rule has its close code") {
  std::string unmasked = frame(kFin | 1, "a");
  unmasked[1] = 1;
  CHECK(read(unmasked, 100) == Events{"violation:1002"});
  for (const std::uint8_t rsv : {0x10, 0x20, 0x40})
    CHECK(read(frame(kFin | rsv | 1, "a"), 100) == Events{"violation:1002"});
  for (const std::uint8_t opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15})
    CHECK(read(frame(kFin | opcode, "a"), 100) == Events{"violation:1002"});
  CHECK(read(frame(9, "fragmented ping"), 100) == Events{"violation:1002"});
  CHECK(read(frame(kFin | 9, std::string(126, 'p')), 100) == Events{"violation:1002"});
  CHECK(read(frame(kFin | 0, "no message"), 100) == Events{"violation:1002"});
  CHECK(read(frame(1, "a") + frame(1, "b"), 100) == Events{"violation:1002"});
  CHECK(read(frame(kFin | 1, "\xff"), 100) == Events{"violation:1007"});
}

TEST_CASE("invalid text fails before its frame or message is complete") {
  const std::string bytes = frame(kFin | 1, "ab\xed\xa0\x80 and more to come");
  CHECK(read(bytes.substr(0, 6 + 4), 1) == Events{"violation:1007"});
  CHECK(read(frame(1, "\xe2\x82") + frame(0, "z").substr(0, 7), 1) == Events{"violation:1007"});
  CHECK(read(frame(1, "\xe2\x82") + frame(kFin | 0, "\xac"), 1) == Events{"text:\xe2\x82\xac"});
  CHECK(read(frame(1, "a") + frame(kFin | 0, "\xe2\x82"), 100) == Events{"violation:1007"});
}

TEST_CASE("the limit is judged on the header, over all fragments") {
  CHECK(read(frame(kFin | 1, "12345"), 100, 5) == Events{"text:12345"});
  CHECK(read(frame(kFin | 1, "123456").substr(0, 6), 100, 5) == Events{"violation:1009"});
  CHECK(read(frame(1, "123") + frame(kFin | 0, "45"), 100, 5) == Events{"text:12345"});
  CHECK(read(frame(1, "123") + frame(kFin | 0, "456").substr(0, 6), 100, 5) == Events{"violation:1009"});
}

TEST_CASE("lengths that are not minimal or above 2^63 are refused on the header alone") {
  CHECK(read(std::string("\x81\xfe\x00\x7d\x01\x02\x03\x04", 8), 100) == Events{"violation:1002"});
  CHECK(read(std::string("\x81\xff\x00\x00\x00\x00\x00\x00\xff\xff\x01\x02\x03\x04", 14), 100) ==
        Events{"violation:1002"});
  CHECK(read(std::string("\x82\xff\x80\x00\x00\x00\x00\x00\x00\x00\x01\x02\x03\x04", 14), 100) ==
        Events{"violation:1002"});
}

TEST_CASE("65,536 fragments are a message and one more is too many") {
  std::string bytes = frame(1, "a");
  for (unsigned i = 2; i < kMaxFragments; ++i) bytes += frame(0, "");
  CHECK(read(bytes + frame(kFin | 0, "z"), 1 << 20) == Events{"text:az"});
  CHECK(read(bytes + frame(0, "") + frame(kFin | 0, "z"), 1 << 20) == Events{"violation:1009"});
}

TEST_CASE("nothing is read behind a Close frame") {
  CHECK(read(frame(kFin | 8, "\x03\xe8") + frame(kFin | 1, "late"), 100'000) == Events{"8:\x03\xe8"});
}

}  // namespace belfry::ws
