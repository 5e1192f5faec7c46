// A text in an anonymous file that nobody can change any more. How a child gets a configuration that must appear
// neither in its argv nor in its environment nor on disk.
#pragma once

#include <string_view>

#include "common/result.hpp"
#include "common/unique_fd.hpp"

namespace belfry::supervisor {

// Close-on-exec, positioned at its start. One for each child: copies of a descriptor share their position.
Result<UniqueFd> make_sealed_memfd(const char* name, std::string_view text);

}  // namespace belfry::supervisor
