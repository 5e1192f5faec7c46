#include "tools/tail_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <nlohmann/json.hpp>
#include <string_view>

#include "tools/message_line.hpp"

namespace belfry::tools {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kNothing = "-";
constexpr std::size_t kWidest = 48;  // a column grows no further: one long name must not push all the others away
constexpr std::size_t kSizeColumn = 5;

// Bytes that begin a character of UTF-8.
std::size_t characters_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string text_of(const Json& happening, const char* field) {
  const auto found = happening.find(field);
  if (found == happening.end() || found->is_null()) return std::string();
  return printable_line(found->is_string() ? found->get<std::string>() : found->dump());
}

std::string cell(const Json& happening, const char* field) {
  const std::string text = text_of(happening, field);
  return text.empty() ? std::string(kNothing) : text;
}

// The time of day, here.
std::string time_of(const Json& happening) {
  const auto found = happening.find("time_ms");
  if (found == happening.end() || !found->is_number_integer()) return std::string(kNothing);
  const auto ms = found->get<std::int64_t>();
  const std::time_t seconds = ms / 1000;
  std::tm local = {};
  ::localtime_r(&seconds, &local);
  return fmt::format("{:02}:{:02}:{:02}.{:03}", local.tm_hour, local.tm_min, local.tm_sec, ms % 1000);
}

// Whence, code and reason, who it is about, what was dropped, and the payload.
std::string rest_of(const Json& happening) {
  std::string rest;
  const auto add = [&](const std::string& text) {
    if (!text.empty()) rest += (rest.empty() ? "" : " ") + text;
  };
  if (const std::string client = text_of(happening, "client"); !client.empty()) add("from " + client);
  add(text_of(happening, "code"));
  add(text_of(happening, "reason"));
  if (const std::string user = text_of(happening, "user"); !user.empty()) add("user " + user);
  if (const std::string count = text_of(happening, "count"); !count.empty())
    add(count + " not shown: this reader was too slow");
  add(text_of(happening, "payload"));
  return rest.empty() ? std::string(kNothing) : rest;
}

}  // namespace

std::string TailLines::head() { return joined({"TIME", "KIND", "SOCKET ID", "CHANNEL", "EVENT", "SIZE"}, "REASON"); }

std::string TailLines::line(const Json& happening) {
  return joined({time_of(happening), cell(happening, "kind"), cell(happening, "socket_id"), cell(happening, "channel"),
                 cell(happening, "event"), cell(happening, "size")},
                rest_of(happening));
}

std::string TailLines::joined(const Cells& cells, const std::string& rest) {
  std::string line;
  for (std::size_t i = 0; i < kColumns; ++i) {
    const std::size_t length = characters_of(cells[i]);
    widths_[i] = std::max(widths_[i], std::min(length, kWidest));
    const std::string padding(widths_[i] - std::min(widths_[i], length), ' ');
    line += (i == kSizeColumn ? padding + cells[i] : cells[i] + padding) + "  ";
  }
  return line + rest;
}

}  // namespace belfry::tools
