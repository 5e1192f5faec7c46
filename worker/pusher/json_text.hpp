// Writing JSON strings. What goes in is valid UTF-8 and stays as it is, but for what RFC 8259, section 7, demands.
#pragma once

#include <string>
#include <string_view>

namespace belfry::pusher {

// Appends `text` as it stands between the quotation marks of a JSON string.
void append_escaped(std::string& out, std::string_view text);

// `text` as a JSON string, with its quotation marks.
std::string json_string(std::string_view text);

}  // namespace belfry::pusher
