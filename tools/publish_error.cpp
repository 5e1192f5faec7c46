#include "tools/publish_error.hpp"

#include <nlohmann/json.hpp>

#include "tools/message_line.hpp"

namespace belfry::tools {

std::optional<std::string> publish_error(std::string_view message) {
  if (!message.starts_with('{')) return std::nullopt;
  const auto object = nlohmann::json::parse(message, nullptr, false);
  if (!object.is_object()) return std::nullopt;
  const auto error = object.find("error");
  const auto reason = object.find("reason");
  if (error == object.end() || reason == object.end() || !error->is_string() || !reason->is_string())
    return std::nullopt;
  return printable_line(error->get<std::string>() + ": " + reason->get<std::string>());
}

}  // namespace belfry::tools
