// What happened, as `belfry tail` shows it: one line each, in columns that grow with what stands in them.
//
//   13:23:00.123  client_event  818573456.219  private-a  client-typing  12  -
#pragma once

#include <array>
#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace belfry::tools {

class TailLines {
 public:
  // The titles of the columns.
  std::string head();
  // `happening` is a packet of worker/pusher/tail_packet.hpp. Nothing in it can move the cursor.
  std::string line(const nlohmann::ordered_json& happening);

 private:
  static constexpr std::size_t kColumns = 6;  // those before the rest of the line
  using Cells = std::array<std::string, kColumns>;

  std::string joined(const Cells& cells, const std::string& rest);

  std::array<std::size_t, kColumns> widths_ = {12, 12, 21, 16, 16, 5};
};

}  // namespace belfry::tools
