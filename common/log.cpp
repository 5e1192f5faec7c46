#include "common/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>

namespace belfry::log {
namespace {

Format g_format = Format::text;
bool g_journal = false;
std::string g_process;

constexpr spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::warning: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
  }
  return spdlog::level::err;
}

constexpr std::string_view name_of(Level level) {
  switch (level) {
    case Level::debug: return "debug";
    case Level::info: return "info";
    case Level::warning: return "warning";
    case Level::error: return "error";
  }
  return "error";
}

// sd-daemon(3): syslog priorities in angle brackets at the start of the line.
constexpr std::string_view journal_prefix(Level level) {
  switch (level) {
    case Level::debug: return "<7>";
    case Level::info: return "<6>";
    case Level::warning: return "<4>";
    case Level::error: return "<3>";
  }
  return "<3>";
}

// systemd.exec(5): JOURNAL_STREAM is "device:inode" of the stream that it connected; stderr may be redirected
// elsewhere.
bool stderr_is_journal() {
  const char* stream = std::getenv("JOURNAL_STREAM");
  struct stat st = {};
  if (stream == nullptr || ::fstat(STDERR_FILENO, &st) != 0) return false;
  return std::to_string(st.st_dev) + ":" + std::to_string(st.st_ino) == stream;
}

bool needs_quotes(std::string_view value) {
  return value.empty() || value.find_first_of(" \"=\\\n\r\t") != std::string_view::npos;
}

std::string dump(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string text_line(Level level, std::string_view sentence, Fields fields) {
  std::string line = g_journal ? std::string(journal_prefix(level)) : std::string();
  line.append(g_process).append(": ").append(sentence);
  for (const Field& field : fields) {
    line.append(" ").append(field.key).append("=");
    line.append(!field.bare && needs_quotes(field.value) ? dump(field.value) : field.value);
  }
  return line;
}

std::string json_line(Level level, std::string_view sentence, Fields fields) {
  nlohmann::ordered_json object = {{"level", name_of(level)}, {"process", g_process}, {"event", sentence}};
  for (const Field& field : fields) {
    const std::string key(field.key);
    if (field.bare) object[key] = nlohmann::json::parse(field.value);
    else object[key] = field.value;
  }
  return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)
      .substr(1);  // kJsonPattern opens the object
}

constexpr const char* kTextPattern = "%Y-%m-%dT%H:%M:%S.%e%z %l %v";
constexpr const char* kJournalPattern = "%v";
constexpr const char* kJsonPattern = R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z",%v)";

}  // namespace

void setup(std::string process, Format format, Level level) {
  g_process = std::move(process);
  g_format = format;
  g_journal = format == Format::text && stderr_is_journal();
  auto logger = std::make_shared<spdlog::logger>("belfry", std::make_shared<spdlog::sinks::stderr_sink_st>());
  logger->set_pattern(format == Format::json ? kJsonPattern : g_journal ? kJournalPattern : kTextPattern);
  logger->set_level(to_spdlog(level));
  spdlog::set_default_logger(std::move(logger));
}

void event(Level level, std::string_view sentence, Fields fields) {
  spdlog::logger& logger = *spdlog::default_logger_raw();
  if (!logger.should_log(to_spdlog(level))) return;
  logger.log(to_spdlog(level), spdlog::string_view_t(g_format == Format::json ? json_line(level, sentence, fields)
                                                                              : text_line(level, sentence, fields)));
}

}  // namespace belfry::log
