#include "tools/memory_table.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <nlohmann/json.hpp>

#include "common/memory_account.hpp"
#include "tools/human.hpp"

namespace belfry::tools {
namespace {

std::uint64_t sum_of(const std::vector<nlohmann::ordered_json>& workers, std::string_view kind) {
  std::uint64_t sum = 0;
  for (const auto& worker : workers) sum += worker.at("kinds").value(std::string(kind), std::uint64_t{0});
  return sum;
}

}  // namespace

std::string memory_table(const std::vector<nlohmann::ordered_json>& workers, std::size_t clients) {
  std::uint64_t resident = 0, explained = 0;
  for (const auto& worker : workers) resident += worker.at("resident_bytes").get<std::uint64_t>();
  std::string text = fmt::format("{:<12} {:>7}  {:>10}\n", "KIND", "BYTES", "PER CLIENT");
  for (const MemoryKindRow& row : kMemoryKindRows) {
    const std::uint64_t bytes = sum_of(workers, row.name);
    explained += bytes;
    const bool is_everybodys = row.name == "program" || clients == 0;
    text += fmt::format("{:<12} {:>7}  {:>10}  {}\n", row.name, human_bytes(bytes),
                        is_everybodys ? "-" : std::to_string(bytes / clients), row.help);
  }
  return text +
         fmt::format("{} explained of {} resident in {} workers with {} clients ({:.0f} %)\n", human_bytes(explained),
                     human_bytes(resident), workers.size(), clients,
                     resident == 0 ? 0.0 : 100.0 * static_cast<double>(explained) / static_cast<double>(resident));
}

}  // namespace belfry::tools
