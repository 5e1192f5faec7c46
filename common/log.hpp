// Logging to stderr, one line an event: a short sentence, then key=value fields. No payloads, no secrets.
// Process-wide because a log line may come from anywhere; set up once in main, before any thread or loop.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

namespace belfry::log {

enum class Format { text, json };
enum class Level { debug, info, warning, error };

// One field of an event. Numbers and booleans stay bare in JSON; text is quoted where it has to be.
struct Field {
  std::string_view key;
  std::string value;
  bool bare = false;

  Field(std::string_view k, std::string v) : key(k), value(std::move(v)) {}
  Field(std::string_view k, std::string_view v) : key(k), value(v) {}
  Field(std::string_view k, const char* v) : key(k), value(v) {}
  Field(std::string_view k, bool v) : key(k), value(v ? "true" : "false"), bare(true) {}
  template <typename T>
  requires(std::integral<T> && !std::same_as<T, bool>) Field(std::string_view k, T v)
      : key(k), value(std::to_string(v)), bare(true) {}
};

using Fields = std::initializer_list<Field>;

// `process` stands in every line ("supervisor", "worker.3"). Under systemd (JOURNAL_STREAM names our stderr) lines
// carry sd-daemon(3) priority prefixes and no time stamp.
void setup(std::string process, Format format, Level level);

void event(Level level, std::string_view sentence, Fields fields);
inline void debug(std::string_view sentence, Fields fields = {}) { event(Level::debug, sentence, fields); }
inline void info(std::string_view sentence, Fields fields = {}) { event(Level::info, sentence, fields); }
inline void warning(std::string_view sentence, Fields fields = {}) { event(Level::warning, sentence, fields); }
inline void error(std::string_view sentence, Fields fields = {}) { event(Level::error, sentence, fields); }

}  // namespace belfry::log
