// The nodes of the cluster, as a running node of it knows them.
#pragma once

#include <functional>
#include <vector>

#include "common/exit_code.hpp"
#include "common/node_row.hpp"
#include "tools/option_flags.hpp"

namespace belfry::tools {

// Asks the node of these flags, and gives `use` all nodes in the order of their addresses.
ExitCode ask_nodes(const OptionFlags& flags, const std::function<ExitCode(const std::vector<NodeRow>& nodes)>& use);

}  // namespace belfry::tools
