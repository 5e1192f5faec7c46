#include "common/node_row.hpp"

#include <nlohmann/json.hpp>

namespace belfry {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& json, const char* field) {
  const auto found = json.find(field);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::uint64_t number_of(const Json& json, const char* field) {
  const auto found = json.find(field);
  return found != json.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

std::vector<std::string> texts_of(const Json& json, const char* field) {
  std::vector<std::string> texts;
  const auto found = json.find(field);
  if (found == json.end() || !found->is_array()) return texts;
  for (const Json& text : *found)
    if (text.is_string()) texts.push_back(text.get<std::string>());
  return texts;
}

}  // namespace

std::string to_json(const NodeRow& row) {
  const Json json = {{"id", row.id},          {"addresses", row.addresses}, {"agent", row.agent},
                     {"state", row.state},    {"clients", row.clients},     {"capacity", row.capacity},
                     {"version", row.version}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<NodeRow> parse_node_row(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  NodeRow row = {.id = text_of(json, "id"),
                 .addresses = texts_of(json, "addresses"),
                 .agent = text_of(json, "agent"),
                 .state = text_of(json, "state"),
                 .clients = number_of(json, "clients"),
                 .capacity = number_of(json, "capacity"),
                 .version = text_of(json, "version")};
  if (row.addresses.empty()) return std::nullopt;
  return row;
}

}  // namespace belfry
