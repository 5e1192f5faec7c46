// Finds the end of a request head in bytes that may come in pieces, and refuses at once what no later byte can mend:
// control characters, a bare LF or CR, a head above the limit. Beast's parser sees only complete, clean heads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace belfry::http {

inline constexpr std::size_t kMaxHead = 16 * 1024;

class HeadScanner {
 public:
  enum class Verdict { need_more, complete, malformed, too_large };

  // `head` is everything received since the head began; what was seen in earlier calls is not looked at again, nor is
  // what stands behind its end.
  Verdict scan(std::span<const std::uint8_t> head);

  std::size_t head_size() const { return scanned_; }   // after `complete`: bytes up to and including the empty line
  std::string_view reason() const { return reason_; }  // after `malformed`

 private:
  bool accept(std::uint8_t byte);
  void skip_text(std::span<const std::uint8_t> head);

  std::size_t scanned_ = 0;
  unsigned line_ends_ = 0;  // how much of CR LF CR LF the last bytes are
  std::string_view reason_;
};

}  // namespace belfry::http
