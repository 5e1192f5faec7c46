#include "worker/cluster/channel_state.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "worker/cluster/channel_states.hpp"
#include "worker/cluster/scripts.hpp"

namespace belfry::cluster {
namespace {

constexpr std::size_t kOpsAScript = 500;

}  // namespace

ChannelState::ChannelState(ChannelStates& states, const std::string& address, bool follows)
    : states_(states), address_(address), follows_(follows) {}

void ChannelState::account(MemoryAccount& account) const {
  account.add(MemoryKind::channels, MemoryAccount::block_bytes(this) + MemoryAccount::heap_of(total_heard_.generation));
  if (users_.exists()) users().account(account);
  if (roster_.exists()) roster().account(account);
}

// ---- what the caller says

Ticket ChannelState::set_count(std::uint32_t least, std::uint32_t most) {
  least_ = least;
  count_ = most;
  states_.write_later(*this);
  return ++asked_;
}

OwnUsers::Entry& ChannelState::add_user(const std::string& user, const std::string& info) {
  states_.write_later(*this);
  return users_.edit().add(user, info);
}

void ChannelState::remove_user(OwnUsers::Entry& user) {
  states_.write_later(*this);
  users_.edit().remove(user, states_.keeps_members());
}

bool ChannelState::has_rows() const {
  const bool members = users().written() != 0 && !states_.leaves_members();
  return members || written_count_ != 0 || !trusted_ || !under_way_.empty();
}

void ChannelState::set_live(bool live) {
  live_ = live;
  if (!live) {
    ++stream_;
    if (roster_.exists()) roster_.edit().interrupt();
  }
  states_.write_later(*this);
}

void ChannelState::follow(bool follows) {
  follows_ = follows;
  if (follows) return;
  set_live(false);
  roster_.reset();
  settle();
}

void ChannelState::detach() {
  listener_ = nullptr;
  set_live(false);
  roster_.reset();
  settled_ = asked_;
  answered_.clear();
}

// ---- writing

void ChannelState::write() {
  if (!entered_ || verifying_) return;
  if (!trusted_) return verify();
  if (follows_ && listener_ != nullptr && !live_ && !roster().is_known()) return;  // set_live() comes
  do apply(users().has_ops() ? users_.edit().take_ops(kOpsAScript) : std::vector<OwnUsers::Op>());
  while (users().has_ops());
}

void ChannelState::apply(std::vector<OwnUsers::Op> ops) {
  const bool snapshot = wants_snapshot();
  if (count_ == written_count_ && ops.empty() && !snapshot && !rewrite_ && !late_total_) {
    if (under_way_.empty()) answered_.push_back({asked_, {}});
    else under_way_.back().ticket = asked_;
    return settle();
  }
  const Rules rules = listener_ != nullptr ? listener_->rules() : Rules{};
  const Telling telling = listener_ != nullptr ? rules.telling : states_.telling_of(address_);
  std::vector<std::string> arguments = states_.arguments();
  for (const std::string& text : {states_.topic(*this), std::to_string(count_), std::to_string(users().digest()),
                                  std::string(!telling.total ? ""
                                              : late_total_  ? "late"
                                                             : "change"),
                                  std::string(snapshot ? "1" : "0"), std::to_string(rules.max_members),
                                  std::to_string(rules.max_total), std::to_string(least_)})
    arguments.push_back(text);
  for (const OwnUsers::Op& op : ops) arguments.insert(arguments.end(), {std::string(1, op.kind), op.user, op.info});
  written_count_ = count_;
  secured_ = std::min(secured_, least_);
  rewrite_ = late_total_ = false;
  under_way_.push_back({asked_, least_, count_, rules.max_total != 0, std::move(ops), snapshot ? begin_snapshot() : 0});
  states_.bus().run(scripts::channel_apply(), states_.keys_of(*this, telling), arguments,
                    [this](bus::Reply reply) { handle_applied(reply); });
}

void ChannelState::handle_applied(bus::Reply reply) {
  const Sent sent = std::move(under_way_.front());
  under_way_.pop_front();
  if (sent.stream == snapshot_stream_) snapshot_stream_ = 0;
  if (!reply.ok()) return states_.not_written(*this, reply);
  const Version version = version_of(reply);
  handle_results(sent.ops, reply[6]);
  handle_total(version, reply);
  handle_granted(sent, static_cast<std::uint32_t>(reply[8].integer()));
  take_snapshot(sent.stream, version, reply[7]);
  if (!answered_.empty() && answered_.back().ticket == sent.ticket) answered_.pop_back();
  answered_.push_back({sent.ticket, version});
  settle();
  states_.drop_if_done(*this);
}

void ChannelState::handle_results(const std::vector<OwnUsers::Op>& ops, bus::Reply results) {
  for (std::size_t i = 0; i < ops.size(); ++i) {
    if (ops[i].kind == '-') continue;
    if (results[i].integer() >= 0) {
      users_.edit().admitted(ops[i].user);
      continue;
    }
    users_.edit().refused(ops[i].user);
    if (listener_ != nullptr) listener_->on_full(ops[i].user);
  }
}

// Where this script told the total, its announcement has the version of the reply.
void ChannelState::handle_total(const Version& version, bus::Reply reply) {
  if (follows_ || listener_ == nullptr) return;
  if (version.generation != total_heard_.generation) hear_total({version.generation, 0});
  if (version.number >= total_heard_.number) total_ = static_cast<std::uint64_t>(reply[2].integer());
  if (reply[3].integer() == 1) total_told_ = version.number;
  if (reply[4].integer() > 0) states_.tell_total_after(*this, static_cast<std::uint64_t>(reply[4].integer()));
}

// Less than what was asked for is all there is: no more is wanted, until somebody says so again.
void ChannelState::handle_granted(const Sent& sent, std::uint32_t granted) {
  granted_ = secured_ = granted;
  for (const Sent& later : under_way_) secured_ = std::min(secured_, later.least);
  if (!sent.bounded) return;
  if (under_way_.empty()) written_count_ = granted;
  if (count_ == sent.count) count_ = granted;
}

void ChannelState::tell_total_late() {
  late_total_ = true;
  states_.write_later(*this);
}

void ChannelState::verify() {
  verifying_ = true;
  const std::uint64_t stream = wants_snapshot() ? begin_snapshot() : 0;
  std::vector<std::string> arguments = states_.arguments();
  for (const std::string& text : {std::to_string(written_count_), std::to_string(users().digest()),
                                  std::to_string(users().written()), std::string(stream != 0 ? "1" : "0")})
    arguments.push_back(text);
  states_.bus().run(scripts::channel_verify(), states_.verify_keys_of(*this), arguments,
                    [this, stream](bus::Reply reply) { handle_verified(stream, reply); });
}

void ChannelState::handle_verified(std::uint64_t stream, bus::Reply reply) {
  verifying_ = false;
  if (stream == snapshot_stream_) snapshot_stream_ = 0;
  if (!reply.ok()) return states_.not_written(*this, reply);
  trusted_ = true;
  if (reply[3].integer() == 1) {
    if (users_.exists()) users_.edit().confirm();
    granted_ = secured_ = written_count_;
  } else {
    secured_ = 0;
    std::vector<std::string> rows;
    for (std::size_t i = 0; i < reply[4].size(); ++i) rows.emplace_back(reply[4][i].text());
    if (users_.exists() || !rows.empty()) users_.edit().reconcile(rows);
    rewrite_ = true;
    ++states_.counters().rows_repaired;
  }
  take_snapshot(stream, version_of(reply), reply[5]);
  write();
  states_.drop_if_done(*this);
}

// ---- the roster

std::uint64_t ChannelState::begin_snapshot() {
  roster_.edit().expect_snapshot();
  return snapshot_stream_ = stream_;
}

void ChannelState::take_snapshot(std::uint64_t stream, Version version, bus::Reply flat) {
  if (stream != stream_ || listener_ == nullptr) return;
  if (roster().is_known() && !roster().is_synced()) ++states_.counters().rosters_repaired;
  if (roster().is_lost_by(version)) states_.begin_grace();  // the owner may learn of it later than we do here
  Roster::Members members;
  for (std::size_t i = 0; i + 1 < flat.size(); i += 2)
    members.emplace(std::string(flat[i].text()), std::string(flat[i + 1].text()));
  tell_members(roster_.edit().take_snapshot(std::move(version), std::move(members),
                                            [this](const std::string& user) { return is_spared(user); }));
}

void ChannelState::take(Announcement announcement) {
  if (auto* members = std::get_if<MembersAnnouncement>(&announcement)) {
    if (follows_)
      tell_members(
          roster_.edit().take(std::move(*members), [this](const std::string& user) { return is_spared(user); }));
    return settle();
  }
  const auto& told = std::get<TotalAnnouncement>(announcement);
  if (told.version.generation == total_heard_.generation && told.version.number <= total_heard_.number) return;
  hear_total(told.version);
  total_ = told.total;
  if (listener_ != nullptr) listener_->on_total(told.total);
}

// What was told in another generation is not to be heard any more.
void ChannelState::hear_total(Version version) {
  if (version.generation != total_heard_.generation) total_told_ = 0;
  total_heard_ = std::move(version);
}

void ChannelState::tell_members(const Roster::Changes& changes) {
  if (!changes.empty() && listener_ != nullptr) listener_->on_members(changes);
  if (!roster().is_synced()) states_.write_later(*this);  // a gap: it wants a snapshot
  if (roster().has_doubts()) states_.recheck_later(*this);
}

// What a snapshot without us lacks, we are about to write; what it lacks after a loss of data, others are.
bool ChannelState::is_spared(const std::string& user) const { return states_.in_grace() || users().holds(user); }

void ChannelState::recheck_roster() {
  distrust();
  if (roster_.exists()) roster_.edit().interrupt();
}

// ---- tickets

void ChannelState::settle() {
  const Ticket before = settled_;
  for (; !answered_.empty(); answered_.pop_front()) {
    const Answered& next = answered_.front();
    if (follows_ && listener_ != nullptr && !roster().covers(next.version)) break;
    settled_ = std::max(settled_, next.ticket);
  }
  if (settled_ != before && listener_ != nullptr) listener_->on_settled();
}

// ---- after a loss

void ChannelState::distrust() {
  trusted_ = false;
  states_.write_later(*this);
}

void ChannelState::forget_rows() {
  if (users_.exists()) users_.edit().forget_rows();
  written_count_ = secured_ = 0;
  trusted_ = true;
  states_.write_later(*this);
}

}  // namespace belfry::cluster
