// The version of this build, as CMakeLists.txt declares it.
#pragma once

#include <string_view>

namespace belfry {
std::string_view version();
}
