// A small file, read whole.
#pragma once

#include <string>

#include "common/result.hpp"

namespace belfry {

// An Error names the path: it cannot be read, or is no file that a person wrote (more than 4 MiB).
Result<std::string> read_text_file(const std::string& path);

}  // namespace belfry
