#include "common/log_settings.hpp"

#include <utility>

namespace belfry::log {
namespace {

Level level_of(const std::string& word) {
  if (word == "debug") return Level::debug;
  if (word == "warning") return Level::warning;
  return word == "error" ? Level::error : Level::info;
}

}  // namespace

void setup(std::string process, const LogSettings& settings) {
  setup(std::move(process), settings.format == "json" ? Format::json : Format::text, level_of(settings.level));
}

}  // namespace belfry::log
