// The whole contract between the supervisor and the worker that it executes. A worker is
//
//   belfry worker SLOT CONTRACT
//
// where CONTRACT is the supervisor's (control_contract.hpp): a worker of another version that does not understand it
// ends before it has touched anything. It has these descriptors and nothing else open but stdin, stdout and stderr:
//
// clang-format off
//   3      control channel: one end of a SOCK_SEQPACKET pair (control_messages.hpp). Its EOF means that the peer died.
//   4      memory in which the worker counts, for the supervisor to read (counter_page.hpp).
//   5 ..   one listening socket per address of Settings::listen, in that order, owned by the slot: the worker accepts
//          from them, never closes them early and never binds one itself.
// clang-format on
//
// The configuration, secrets included, comes as the first message (Configure) with a sealed memfd; never in argv or
// environ. A worker ignores SIGINT, SIGTERM and SIGHUP (Ctrl-C reaches the whole group) and obeys the control channel
// alone.
#pragma once

#include "common/clock.hpp"

namespace belfry {

inline constexpr int kControlFd = 3;
inline constexpr int kCountersFd = 4;
inline constexpr int kFirstListenerFd = 5;

inline constexpr Milliseconds kHeartbeatInterval = Seconds(1);
inline constexpr Milliseconds kHeartbeatLate{2500};            // silent for longer: new connections go elsewhere
inline constexpr Milliseconds kHeartbeatTimeout = Seconds(5);  // silent for longer: SIGABRT
inline constexpr Milliseconds kAbortGrace = Seconds(1);        // from SIGABRT to SIGKILL
inline constexpr Milliseconds kReadyTimeout = Seconds(10);     // from the start to Ready
inline constexpr Milliseconds kStopTimeout = Seconds(10);      // from Stop to SIGKILL

}  // namespace belfry
