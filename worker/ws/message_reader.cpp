#include "worker/ws/message_reader.hpp"

#include <algorithm>
#include <utility>

namespace belfry::ws {
namespace {

std::string_view text_of(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

constexpr Violation kNotUtf8 = {CloseCode::invalid_payload, "text is not UTF-8"};

}  // namespace

bool Incomplete::feed(std::span<const std::uint8_t> bytes, std::uint64_t max_message, MessageSink& sink) {
  while (!bytes.empty()) {
    if (in_header() && !feed_header(bytes, max_message, sink)) return false;
    if (!in_header() && !feed_payload(bytes, sink)) return false;
  }
  return true;
}

// Collects the header and judges it as early as it can be judged.
bool Incomplete::feed_header(std::span<const std::uint8_t>& bytes, std::uint64_t max_message, MessageSink& sink) {
  while (in_header() && !bytes.empty()) {
    header_[header_have_++] = bytes.front();
    bytes = bytes.subspan(1);
    if (header_have_ != 2) continue;
    if (const auto violation = check_opening({header_.data(), 2}, message_))
      return sink.on_violation(*violation), false;
  }
  if (in_header()) return true;
  const std::span<const std::uint8_t> header(header_.data(), header_have_);
  if (const auto violation = check_length(header, message_, max_message)) return sink.on_violation(*violation), false;
  frame_ = parse_header(header);
  frame_missing_ = frame_.length;
  if (!frame_.is_control() && !message_.begun) message_opcode_ = static_cast<Opcode>(frame_.opcode);
  const bool accepted = decoder_.feed(header, [](std::span<const std::uint8_t>) { return true; });
  if (!accepted) return sink.on_violation({CloseCode::protocol_error, "malformed frame"}), false;
  return frame_missing_ > 0 || end_frame(sink);
}

bool Incomplete::feed_payload(std::span<const std::uint8_t>& bytes, MessageSink& sink) {
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), frame_missing_));
  const std::span<const std::uint8_t> ours = bytes.first(count);
  bytes = bytes.subspan(count);
  frame_missing_ -= count;
  if (!decoder_.feed(ours, [&](std::span<const std::uint8_t> piece) { return take_piece(piece, sink); })) return false;
  return frame_missing_ > 0 || header_have_ == 0 || end_frame(sink);
}

bool Incomplete::take_piece(std::span<const std::uint8_t> piece, MessageSink& sink) {
  if (frame_.is_control()) return control_.append(text_of(piece)), true;
  if (is_whole_message() && piece.size() == frame_.length) {  // the usual message: complete, and not copied
    if (message_opcode_ == Opcode::text && !is_utf8(text_of(piece))) return sink.on_violation(kNotUtf8), false;
    header_have_ = 0;
    return sink.on_message(message_opcode_, text_of(piece));
  }
  if (message_opcode_ == Opcode::text && !utf8_.feed(piece)) return sink.on_violation(kNotUtf8), false;
  data_.append(text_of(piece));
  return true;
}

bool Incomplete::end_frame(MessageSink& sink) {
  header_have_ = 0;
  if (frame_.is_control()) return sink.on_control(static_cast<Opcode>(frame_.opcode), std::exchange(control_, {}));
  if (!frame_.fin) {
    message_ = {true, data_.size(), message_.fragments + 1};
    return true;
  }
  if (message_opcode_ == Opcode::text && !utf8_.complete()) return sink.on_violation(kNotUtf8), false;
  message_ = {};
  utf8_.reset();
  const std::string data = std::exchange(data_, {});
  return sink.on_message(message_opcode_, data);
}

void MessageReader::read(std::unique_ptr<Incomplete>& incomplete, std::span<const std::uint8_t> bytes,
                         std::uint64_t max_message, MessageSink& sink) {
  std::unique_ptr<Incomplete> current = std::move(incomplete);
  if (current == nullptr && !spare_.empty()) {
    current = std::move(spare_.back());
    spare_.pop_back();
  }
  if (current == nullptr) current = std::make_unique<Incomplete>();
  if (!current->feed(bytes, max_message, sink)) return;
  if (!current->at_rest()) incomplete = std::move(current);
  else if (spare_.size() < kMaxSpare) spare_.push_back(std::move(current));
}

}  // namespace belfry::ws
