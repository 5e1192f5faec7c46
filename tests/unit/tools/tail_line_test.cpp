#include "tools/tail_line.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

using belfry::tools::TailLines;
using nlohmann::ordered_json;

namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a happening stands under the titles of its columns") {
  TailLines lines;
  const std::string head = lines.head();
  const std::string line = lines.line({{"time_ms", 1795526580123},
                                       {"kind", "client_event"},
                                       {"socket_id", "1.2"},
                                       {"channel", "private-a"},
                                       {"event", "client-b"},
                                       {"size", 12}});
  for (const auto& [title, cell] :
       {std::pair("KIND", "client_event"), {"SOCKET ID", "1.2"}, {"CHANNEL", "private-a"}, {"EVENT", "client-b"}})
    CHECK(line.find(cell) == head.find(title));
  CHECK(line.find("12  -") + 2 == head.find("SIZE") + 4);
  CHECK(line.substr(2, 1) == ":");
  CHECK(contains(line, ".123  client_event"));
}

TEST_CASE("what does not apply is a hyphen") {
  CHECK(TailLines().line(ordered_json::object()).find_first_not_of("- ") == std::string::npos);
}

TEST_CASE("columns grow with what stands in them, one long name does not push the others away") {
  TailLines lines;
  const ordered_json wide = {{"kind", "x"}, {"channel", std::string(30, 'c')}, {"event", "e"}};
  const auto place = lines.line(wide).find(" e ");
  CHECK(lines.line({{"kind", "x"}, {"channel", "c"}, {"event", "e"}}).find(" e ") == place);
  lines.line({{"channel", std::string(200, 'c')}});
  CHECK(lines.line({{"channel", "c"}, {"event", "e"}}).find(" e ") < place + 20);
}

TEST_CASE("columns are as wide as characters, not as bytes") {
  TailLines lines;
  const auto place = [&](const char* channel) {
    const std::string line = lines.line({{"channel", channel}, {"event", "e"}});
    return line.find(" e ") - std::string(channel).size();
  };
  CHECK(place("gr\u00fc\u00df") == place("gruess") - 2 + 4);
}

TEST_CASE("code, reason, user and payload stand at the end") {
  TailLines lines;
  CHECK(lines.line({{"kind", "refused"}, {"code", 401}, {"reason", "bad signature"}}).ends_with("  401 bad signature"));
  CHECK(lines.line({{"kind", "signed_in"}, {"user", "7"}}).ends_with("  user 7"));
  CHECK(lines.line({{"kind", "connected"}, {"client", "192.0.2.7"}}).ends_with("  from 192.0.2.7"));
  CHECK(lines.line({{"kind", "api_event"}, {"payload", R"({"x":1})"}}).ends_with(R"(  {"x":1})"));
  CHECK(lines.line({{"kind", "dropped"}, {"count", 7}}).ends_with("  7 not shown: this reader was too slow"));
}

TEST_CASE("nothing in a happening can move the cursor or forge a line") {
  const std::string line = TailLines().line({{"kind", "api_event"}, {"event", "a\nb"}, {"payload", "\x1b[2J\r\n"}});
  CHECK(line.find_first_of("\n\r\x1b") == std::string::npos);
}

TEST_CASE("a value of another type than expected is shown, too") {
  CHECK(contains(TailLines().line({{"kind", 1}, {"channel", {1, 2}}, {"time_ms", "x"}, {"event", nullptr}}), "[1,2]"));
}
