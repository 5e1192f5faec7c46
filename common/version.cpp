#include "common/version.hpp"

namespace belfry {
std::string_view version() { return BELFRY_VERSION; }
}  // namespace belfry
