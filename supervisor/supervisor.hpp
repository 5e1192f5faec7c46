// The supervisor process: binds listeners, starts and restarts workers and the managed Redis, serves the admin socket.
// It reads no client byte and speaks no Redis: it must be too simple to crash.
#pragma once

#include "common/exit_code.hpp"
#include "common/settings.hpp"
#include "supervisor/reload.hpp"

namespace belfry::supervisor {

// Serves until it is told to stop (signal or admin socket); returns the process's exit code. `load` reads the
// configuration again.
ExitCode run_supervisor(Settings settings, LoadSettings load);

}  // namespace belfry::supervisor
