// What the commands that talk to the admin socket have in common: the flags that say where it is, and the question with
// its answer and exit codes.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "common/exit_code.hpp"
#include "common/inheritance.hpp"
#include "tools/admin_client.hpp"
#include "tools/option_flags.hpp"

namespace belfry::tools {

// What the supervisor allows the replacement of one worker to take, its clients' way back included, and a little for
// itself.
inline constexpr Milliseconds kReplacementTimeout = kStopTimeout + kAbortGrace + kReadyTimeout + Seconds(10);

// --config, --runtime-dir and --admin-socket.
std::shared_ptr<OptionFlags> add_admin_flags(CLI::App& command);

// Connects to the admin socket of these flags and runs `talk` with the connection; says why there is none.
ExitCode with_admin_client(const OptionFlags& flags, const std::function<ExitCode(AdminClient& client)>& talk);

// Asks, and gives an object without "error" to `use`. Anything else ends in a sentence on stderr.
ExitCode ask(AdminClient& client, const std::string& command, Milliseconds timeout,
             const std::function<ExitCode(const nlohmann::ordered_json& answer)>& use);

}  // namespace belfry::tools
