// What any text of the configuration must be: strict UTF-8 (RFC 3629) without control characters. The file cannot hold
// anything else, and paths, header values and log lines are made from it.
#pragma once

#include <string_view>

namespace belfry {

bool is_plain_text(std::string_view text);

}  // namespace belfry
