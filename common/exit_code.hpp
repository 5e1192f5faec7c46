// Every exit code of the binary. The supervisor reads its workers', systemd and scripts read the supervisor's and the
// CLI's.
#pragma once

namespace belfry {

enum class ExitCode : int {
  ok = 0,
  failure = 1,           // the command could not do what it was asked to; stderr says why
  usage = 64,            // EX_USAGE: a wrong option or argument on the command line
  unavailable = 69,      // EX_UNAVAILABLE: no server answered (status, stop, connect, send, ...)
  internal = 70,         // EX_SOFTWARE: an exception nobody expected
  control_channel = 76,  // EX_PROTOCOL: a worker's control channel broke or carried an unknown message
  configuration = 78,    // EX_CONFIG: the configuration is wrong; never restarted
};

}  // namespace belfry
