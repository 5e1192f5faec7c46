#include "tools/top/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string_view>

namespace belfry::tools {
namespace {

constexpr std::string_view kEnter = "\x1b[?1049h\x1b[?25l\x1b[?7l";  // other screen, no cursor, no wrapping
constexpr std::string_view kLeave = "\x1b[?7h\x1b[?25h\x1b[?1049l";
constexpr std::string_view kHome = "\x1b[H";
constexpr std::string_view kClearLine = "\x1b[K";
constexpr std::string_view kClearBelow = "\x1b[J";
constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kPlain = "\x1b[0m";

bool write_all(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

std::string_view mark_of(ScreenLine::Kind kind) {
  switch (kind) {
    case ScreenLine::Kind::title: return kBold;
    case ScreenLine::Kind::trouble: return kRed;
    case ScreenLine::Kind::plain: break;
  }
  return {};
}

}  // namespace

bool TopTerminal::is_there() {
  const char* kind = std::getenv("TERM");
  return ::isatty(STDOUT_FILENO) == 1 && kind != nullptr && *kind != '\0' && std::string_view(kind) != "dumb";
}

TopTerminal::TopTerminal() {
  const char* no_colour = std::getenv("NO_COLOR");
  colours_ = no_colour == nullptr || *no_colour == '\0';
  termios settings;
  if (::tcgetattr(STDOUT_FILENO, &settings) == 0) {
    before_ = settings;
    settings.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    settings.c_cc[VMIN] = 1;
    settings.c_cc[VTIME] = 0;
    settings.c_cc[VSUSP] = _POSIX_VDISABLE;  // a stopped process would leave the other screen standing
    ::tcsetattr(STDOUT_FILENO, TCSANOW, &settings);
  }
  write_all(kEnter);
}

TopTerminal::~TopTerminal() {
  write_all(kLeave);
  if (before_) ::tcsetattr(STDOUT_FILENO, TCSAFLUSH, &*before_);
}

ScreenSize TopTerminal::size() const {
  winsize window = {};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_col == 0 || window.ws_row == 0) return {};
  return {window.ws_col, window.ws_row};
}

bool TopTerminal::draw(const std::vector<ScreenLine>& lines) const {
  std::string text(kHome);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string_view mark = colours_ ? mark_of(lines[i].kind) : std::string_view();
    if (i != 0) text += "\r\n";
    text.append(mark).append(lines[i].text).append(mark.empty() ? std::string_view() : kPlain).append(kClearLine);
  }
  return write_all(text.append(kClearBelow));
}

}  // namespace belfry::tools
