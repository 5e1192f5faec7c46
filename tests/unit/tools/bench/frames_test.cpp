#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tools/bench/client_frame.hpp"
#include "tools/bench/server_frames.hpp"
#include "worker/ws/frame_decoder.hpp"
#include "worker/ws/frame_encoder.hpp"

using namespace belfry;
using bench::ServerFrames;

namespace {

std::vector<std::uint8_t> frames_of(const std::vector<std::string>& payloads) {
  std::vector<std::uint8_t> bytes;
  for (const std::string& payload : payloads) {
    const auto frame = ws::encode_frame(ws::Opcode::text, payload);
    bytes.insert(bytes.end(), frame.data(), frame.data() + frame.size());
  }
  return bytes;
}

}  // namespace

TEST_CASE("every frame of a run of bytes is found, wherever that ends") {
  const std::vector<std::string> payloads = {"", "a", std::string(125, 'b'), std::string(126, 'c'),
                                             std::string(70'000, 'd')};
  const auto bytes = frames_of(payloads);
  for (std::size_t size = 0; size <= bytes.size(); size += size < 300 ? 1 : 997) {
    ServerFrames frames(std::span<const std::uint8_t>(bytes).first(size));
    std::size_t count = 0, taken = 0;
    while (const auto frame = frames.next()) {
      CHECK(frame->opcode == ws::Opcode::text);
      CHECK(frame->payload == payloads[count++]);
    }
    taken = size - frames.rest().size();
    CHECK(frames_of({payloads.begin(), payloads.begin() + static_cast<std::ptrdiff_t>(count)}).size() == taken);
    CHECK_FALSE(frames.broken());
  }
}

TEST_CASE("a masked frame is none of a server") {
  std::string text;
  bench::append_client_frame(text, ws::Opcode::text, "hello");
  ServerFrames frames({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  CHECK_FALSE(frames.next());
  CHECK(frames.broken());
}

TEST_CASE("a server reads what a client's frame holds") {
  for (const std::size_t size : {0, 1, 125, 126, 65'535}) {
    const std::string payload(size, 'x');
    std::string text = "before";
    bench::append_client_frame(text, ws::Opcode::text, payload);
    std::string read;
    ws::FrameDecoder decoder;
    CHECK(decoder.feed({reinterpret_cast<const std::uint8_t*>(text.data()) + 6, text.size() - 6},
                       [&](std::span<const std::uint8_t> piece) {
                         read.append(piece.begin(), piece.end());
                         return true;
                       }));
    CHECK(read == payload);
  }
}
