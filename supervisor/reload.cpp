#include "supervisor/reload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "common/development_app.hpp"
#include "common/log.hpp"
#include "common/settings_checks.hpp"
#include "common/settings_order.hpp"

namespace belfry::supervisor {
namespace {

using Json = nlohmann::ordered_json;

std::string_view name_of(AppChange::What what) {
  switch (what) {
    case AppChange::What::added: return "added";
    case AppChange::What::removed: return "removed";
    case AppChange::What::changed: break;
  }
  return "changed";
}

Json to_json(const std::vector<OptionChange>& options) {
  Json rows = Json::array();
  for (const OptionChange& change : options)
    rows.push_back({{"option", change.key},
                    {"before", change.before},
                    {"after", change.after},
                    {"needs_restart", change.applies == Applies::at_restart}});
  return rows;
}

Json to_json(const SettingsDiff& diff) {
  Json apps = Json::array();
  for (const AppChange& app : diff.apps)
    apps.push_back({{"id", app.id}, {"change", name_of(app.what)}, {"options", to_json(app.options)}});
  return {{"options", to_json(diff.options)}, {"apps", std::move(apps)}, {"lines", lines_of(diff)}};
}

// What is right after a restart may be wrong until then, because some options stay what they are.
std::optional<std::string> objection_to(const Settings& wanted, const Settings& running) {
  if (auto checked = check_settings(with_reloadable(running, wanted)); !checked)
    return "without a restart, " + checked.error().message;
  // Its secret is known to everybody.
  if (listens_on_loopback_only(running) || std::ranges::none_of(wanted.apps, is_development_app)) return std::nullopt;
  return "with no [[app]] the development app would exist, on addresses that other machines reach until a restart";
}

std::string line_of(const OptionChange& change, std::string_view whose) {
  const std::string_view restart = change.applies == Applies::at_restart ? " (needs a restart)" : "";
  return fmt::format("{}{}: {} -> {}{}", change.key, whose, change.before, change.after, restart);
}

}  // namespace

std::vector<std::string> lines_of(const SettingsDiff& diff) {
  std::vector<std::string> lines;
  for (const OptionChange& change : diff.options) lines.push_back(line_of(change, ""));
  for (const AppChange& app : diff.apps) {
    if (app.what != AppChange::What::changed) lines.push_back(fmt::format("app {}: {}", app.id, name_of(app.what)));
    for (const OptionChange& change : app.options) lines.push_back(line_of(change, " of app " + app.id));
  }
  return lines;
}

Reload::Reload(uv_loop_t* loop, LoadSettings load, Settings loaded, Settings effective, TlsIdentity tls,
               WorkerSlots& workers, OnApplied on_applied)
    : load_(std::move(load)),
      loaded_(std::move(loaded)),
      effective_(std::move(effective)),
      tls_(std::move(tls)),
      workers_(workers),
      on_applied_(std::move(on_applied)),
      patience_(make_uv_handle<uv_timer_t>(loop, this, uv_timer_init)),
      ticket_key_timer_(make_uv_handle<uv_timer_t>(loop, this, uv_timer_init)) {
  if (effective_.tls.listen.empty()) return;
  uv_timer_start(
      ticket_key_timer_.get(), [](uv_timer_t* timer) noexcept { static_cast<Reload*>(timer->data)->send_order(); },
      kTicketKeyLife.count(), kTicketKeyLife.count());
}

void Reload::begin(bool dry_run, const AdminReply& reply) {
  if (waiting_) return reply(admin_error("another reload is under way"));
  auto wanted = load_();
  if (!wanted) return reply(admin_error("nothing is changed: " + wanted.error().message));
  if (const auto objection = objection_to(*wanted, loaded_))
    return reply(admin_error("nothing is changed: " + *objection));
  auto tls = read_tls_identity(wanted->tls);
  if (!tls) return reply(admin_error("nothing is changed: " + tls.error().message));
  const SettingsDiff diff = difference_to(*wanted, *tls);
  answer_ = to_json(diff);
  answer_["applied"] = !dry_run;
  if (dry_run || diff.is_empty()) return reply(answer_);
  for (const std::string& line : lines_of(diff)) log::info("reload", {{"change", line}});
  waiting_ = reply;
  apply(*wanted, std::move(*tls));
}

// New files under the old names are a change, too.
SettingsDiff Reload::difference_to(const Settings& wanted, const TlsIdentity& tls) const {
  SettingsDiff diff = difference(loaded_, wanted);
  if (tls != tls_)
    diff.options.push_back({"what tls.certificate holds", validity_text(tls_.expires), validity_text(tls.expires)});
  return diff;
}

void Reload::apply(const Settings& wanted, TlsIdentity tls) {
  loaded_ = with_reloadable(std::move(loaded_), wanted);
  effective_ = with_reloadable(std::move(effective_), wanted);
  tls_ = std::move(tls);
  on_applied_(effective_, tls_);
  send_order();
  uv_timer_start(
      patience_.get(), [](uv_timer_t* timer) noexcept { static_cast<Reload*>(timer->data)->finish(); },
      static_cast<std::uint64_t>(kPatience.count()), 0);
  workers_changed();
}

void Reload::send_order() const { workers_.reconfigure(to_text({effective_, tls_.pem, new_ticket_key()})); }

void Reload::workers_changed() {
  if (waiting_ && workers_.not_reconfigured().empty()) finish();
}

void Reload::abort() {
  if (waiting_) finish();
}

void Reload::finish() {
  uv_timer_stop(patience_.get());
  answer_["not_confirmed"] = workers_.not_reconfigured();
  const AdminReply reply = *std::exchange(waiting_, std::nullopt);
  reply(answer_);
}

}  // namespace belfry::supervisor
