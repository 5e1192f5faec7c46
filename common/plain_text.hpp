// What any text of the configuration must be: strict UTF-8 (RFC 3629) without control characters. The file cannot hold
// anything else, and paths, header values and log lines are made from it.
#pragma once

#include <string>
#include <string_view>

namespace belfry {

bool is_plain_text(std::string_view text);

// Plain text in double quotes, with a backslash before each quote and backslash in it: as TOML and redis.conf read it.
std::string in_quotes(std::string_view text);

}  // namespace belfry
