// A reload: reads the configuration again, says what is different, and has all workers take over what can be taken over
// at run time. An invalid configuration changes nothing. One reload at a time. With each, and once a day, the workers
// get a new key for the tickets of TLS sessions.
#pragma once

#include <uv.h>

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "common/result.hpp"
#include "common/settings.hpp"
#include "common/settings_diff.hpp"
#include "common/tls_identity.hpp"
#include "common/uv_handle.hpp"
#include "supervisor/admin_commands.hpp"
#include "supervisor/worker_slots.hpp"

namespace belfry::supervisor {

// The configuration from everywhere, as at the start of the process.
using LoadSettings = std::function<Result<Settings>()>;

class Reload {
 public:
  using OnApplied = std::function<void(const Settings& effective, const TlsIdentity& tls)>;

  // `loaded` is what `load` said at the start, `effective` what became of it, `tls` what its files held; the owner
  // keeps them up to date by `on_applied`.
  Reload(uv_loop_t* loop, LoadSettings load, Settings loaded, Settings effective, TlsIdentity tls, WorkerSlots& workers,
         OnApplied on_applied);

  // The reply comes when every worker has taken the configuration over, or says after kPatience which has not.
  void begin(bool dry_run, const AdminReply& reply);
  void workers_changed();
  // No more answers are to be waited for.
  void abort();

 private:
  static constexpr Milliseconds kPatience{5000};
  static constexpr Milliseconds kTicketKeyLife = Seconds(86'400);

  SettingsDiff difference_to(const Settings& wanted, const TlsIdentity& tls) const;
  void apply(const Settings& wanted, TlsIdentity tls);
  void send_order() const;
  void finish();

  LoadSettings load_;
  Settings loaded_;
  Settings effective_;
  TlsIdentity tls_;
  WorkerSlots& workers_;
  OnApplied on_applied_;
  std::optional<AdminReply> waiting_;  // nullopt: none is under way
  nlohmann::ordered_json answer_;
  UvTimer patience_;
  UvTimer ticket_key_timer_;
};

// For people: one line a change, "max_connections of app 1: 0 -> 10".
std::vector<std::string> lines_of(const SettingsDiff& diff);

}  // namespace belfry::supervisor
