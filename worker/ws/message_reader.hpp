// Bytes in, messages out (RFC 6455, sections 5 and 8.1). A session at a frame boundary owns nothing here: the reader
// lends it an Incomplete, with wslay's context and the buffers, only while a frame or a fragmented message is
// unfinished. No sockets.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "worker/ws/frame_decoder.hpp"
#include "worker/ws/frame_header.hpp"
#include "worker/ws/frame_rules.hpp"
#include "worker/ws/utf8.hpp"

namespace belfry::ws {

// Who gets the events. Views are valid during the call. The first two return whether to go on reading.
class MessageSink {
 public:
  virtual ~MessageSink() = default;
  virtual bool on_message(Opcode opcode, std::string_view payload) = 0;  // text (valid UTF-8) or binary
  virtual bool on_control(Opcode opcode, std::string_view payload) = 0;  // ping, pong or close
  virtual void on_violation(const Violation& violation) = 0;             // reading has ended
};

// A frame or message that is not complete yet.
class Incomplete {
 public:
  // False: the sink had enough, or a violation was reported; this object is then of no more use.
  bool feed(std::span<const std::uint8_t> bytes, std::uint64_t max_message, MessageSink& sink);
  std::size_t buffered_bytes() const { return data_.capacity() + control_.capacity(); }
  bool at_rest() const { return header_have_ == 0 && !message_.begun; }

 private:
  bool feed_header(std::span<const std::uint8_t>& bytes, std::uint64_t max_message, MessageSink& sink);
  bool feed_payload(std::span<const std::uint8_t>& bytes, MessageSink& sink);
  bool take_piece(std::span<const std::uint8_t> piece, MessageSink& sink);
  bool end_frame(MessageSink& sink);
  bool in_header() const { return header_have_ < header_size({header_.data(), header_have_}); }
  bool is_whole_message() const { return frame_.fin && !frame_.is_control() && !message_.begun; }

  FrameDecoder decoder_;
  std::array<std::uint8_t, kMaxHeader> header_ = {};
  std::size_t header_have_ = 0;      // 0: between two frames
  FrameHeader frame_;                // valid once the header is complete
  std::uint64_t frame_missing_ = 0;  // payload bytes of the frame still to come
  MessageProgress message_;          // of earlier frames
  Opcode message_opcode_ = Opcode::text;
  Utf8Validator utf8_;
  std::string data_;     // payload of the message so far
  std::string control_;  // payload of the control frame so far
};

class MessageReader {
 public:
  // `incomplete` is the session's; null when nothing is unfinished, before and after. After a violation, or when the
  // sink has stopped the reading, nothing more may be read for that session.
  void read(std::unique_ptr<Incomplete>& incomplete, std::span<const std::uint8_t> bytes, std::uint64_t max_message,
            MessageSink& sink);

 private:
  static constexpr std::size_t kMaxSpare = 16;

  std::vector<std::unique_ptr<Incomplete>> spare_;
};

}  // namespace belfry::ws
