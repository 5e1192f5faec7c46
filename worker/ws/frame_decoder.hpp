// wslay's frame-level API behind a plain interface: takes the bytes of one frame as they come and gives back its
// payload, unmasked. wslay's context (4 KiB) lives here; a decoder is lent to a session only while a frame is
// incomplete (message_reader.hpp).
#pragma once

#include <wslay/wslay.h>

#include <cstdint>
#include <memory>
#include <span>

namespace belfry::ws {

class FrameDecoder {
 public:
  FrameDecoder();

  // Bytes of the current frame, header first; never beyond its end. Calls payload(std::span<const std::uint8_t>) for
  // each piece, until all of `bytes` is used; payload() returns whether to go on. False: it did not, or wslay refuses
  // the frame; the decoder is then of no more use.
  template <typename Payload>
  bool feed(std::span<const std::uint8_t> bytes, Payload&& payload) {
    input_ = bytes;
    for (;;) {
      std::span<const std::uint8_t> piece;
      switch (next(piece)) {
        case Step::starved: return true;
        case Step::refused: return false;
        case Step::payload:
          if (!payload(piece)) return false;
      }
    }
  }

 private:
  enum class Step { payload, starved, refused };
  struct Free {
    void operator()(wslay_frame_context_ptr context) const noexcept { wslay_frame_context_free(context); }
  };

  Step next(std::span<const std::uint8_t>& piece);
  std::size_t take(std::uint8_t* to, std::size_t room);

  std::unique_ptr<wslay_frame_context, Free> context_;
  std::span<const std::uint8_t> input_;
};

}  // namespace belfry::ws
