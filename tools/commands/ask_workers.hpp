// A question that each worker of a node answers for itself, with packets of which one is its last.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "common/exit_code.hpp"
#include "tools/option_flags.hpp"

namespace belfry::tools {

// Takes a packet, and the line that it came as; true: it is its worker's last.
using TakePacket = std::function<bool(const nlohmann::ordered_json& packet, std::string_view line)>;

// Asks, and calls `conclude` when all workers have said their last. Fails where one died first, or was interrupted.
ExitCode ask_workers(const OptionFlags& flags, const std::string& command, const TakePacket& take,
                     const std::function<ExitCode()>& conclude);

}  // namespace belfry::tools
