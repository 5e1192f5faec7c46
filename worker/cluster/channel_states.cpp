#include "worker/cluster/channel_states.hpp"

#include <algorithm>
#include <utility>

#include "common/log.hpp"
#include "common/random.hpp"
#include "worker/cluster/scripts.hpp"

namespace belfry::cluster {
namespace {

constexpr std::size_t kWritesATurn = 256;
constexpr std::size_t kChannelsACommand = 500;
constexpr Milliseconds kTick{1000};
constexpr std::size_t kVerifyRound = 120;  // ticks in which every channel is verified once
constexpr Milliseconds kGrace{12'000};     // a lease, and the time to write everything again

}  // namespace

ChannelStates::ChannelStates(uv_loop_t* loop, bus::Bus& bus, const Keys& keys, Owner& owner, TellingOf telling_of,
                             Counters& counters)
    : loop_(loop),
      bus_(bus),
      keys_(keys),
      owner_(owner),
      telling_of_(std::move(telling_of)),
      counters_(counters),
      nonce_(random_hex(4)),
      end_of_turn_(make_uv_handle<uv_prepare_t>(loop, this, uv_prepare_init)),
      more_(make_uv_handle<uv_idle_t>(loop, this, uv_idle_init)),
      tick_(make_uv_handle<uv_timer_t>(loop, this, uv_timer_init)) {
  owner_.add(*this);
  uv_timer_start(
      tick_.get(), [](uv_timer_t* timer) noexcept { static_cast<ChannelStates*>(timer->data)->tick(); }, kTick.count(),
      kTick.count());
}

ChannelState& ChannelStates::attach(const std::string& address, bool follows, ChannelState::Listener& listener) {
  const auto [found, made] = states_.try_emplace(address);
  if (made) {
    found->second = std::make_unique<ChannelState>(*this, found->first, follows);
    to_enter_.push_back(address);
    wake();
  }
  found->second->attach(listener);
  return *found->second;
}

// It goes at the end of the turn, or when its rows are gone: it may be in the middle of calling its listener.
void ChannelStates::detach(ChannelState& state) { state.detach(); }

void ChannelStates::leave_members() {
  leaves_members_ = true;
  for (const auto& [address, state] : states_)
    if (state->listener_ == nullptr) write_later(*state);
}

bool ChannelStates::is_settled() const {
  const auto is_left = [](const auto& named) {
    return named.second->listener_ == nullptr || named.second->queued_ || named.second->has_rows();
  };
  return !registered_ || (to_leave_.empty() && std::ranges::none_of(states_, is_left));
}

void ChannelStates::account(MemoryAccount& account) const {
  account.add(MemoryKind::channels, MemoryAccount::heap_of(states_));
  for (const auto& [address, state] : states_) {
    account.add(MemoryKind::channels, MemoryAccount::heap_of(address));
    state->account(account);
  }
}

std::vector<std::string> ChannelStates::presence_addresses() const {
  std::vector<std::string> addresses;
  for (const auto& [address, state] : states_)
    if (state->follows() || !state->users().is_empty()) addresses.push_back(address);
  return addresses;
}

const ChannelState* ChannelStates::find(const std::string& address) const {
  const auto found = states_.find(address);
  return found == states_.end() ? nullptr : found->second.get();
}

// ---- scripts

std::vector<std::string> ChannelStates::keys_of(const ChannelState& state, const Telling& telling) const {
  return keys_.rows(state.address(), owner_.name(), telling.stream);
}

std::vector<std::string> ChannelStates::verify_keys_of(const ChannelState& state) const {
  const std::string& address = state.address();
  return {keys_.state(address), keys_.fence(address, owner_.name()), keys_.members(address),
          keys_.held(address, owner_.name())};
}

// What both scripts begin with.
std::vector<std::string> ChannelStates::arguments() {
  return {owner_.name(), std::to_string(registration_), owner_.run(), nonce_ + std::to_string(++last_nonce_)};
}

// ---- writing

void ChannelStates::write_later(ChannelState& state) {
  if (std::exchange(state.queued_, true)) return;
  to_write_.push_back(state.address());
  wake();
}

void ChannelStates::wake() {
  uv_prepare_start(end_of_turn_.get(),
                   [](uv_prepare_t* handle) noexcept { static_cast<ChannelStates*>(handle->data)->end_of_turn(); });
}

void ChannelStates::end_of_turn() {
  if (registered_) enter();
  for (std::size_t i = 0; registered_ && i < kWritesATurn && !to_write_.empty(); ++i) {
    const auto found = states_.find(to_write_.front());
    to_write_.pop_front();
    if (found == states_.end()) continue;
    ChannelState& state = *found->second;
    state.queued_ = false;
    state.write();
    drop_if_done(state);
  }
  if (registered_ && !to_write_.empty()) return void(uv_idle_start(more_.get(), [](uv_idle_t*) noexcept {}));
  uv_idle_stop(more_.get());
  uv_prepare_stop(end_of_turn_.get());
}

void ChannelStates::enter() {
  const std::vector<std::string> index = {keys_.closed(owner_.name()), keys_.index(owner_.name())};
  const std::vector<std::string> all = std::exchange(to_enter_, {});
  for (std::size_t from = 0; from < all.size(); from += kChannelsACommand) {
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(from);
    const std::vector<std::string> some(
        begin, begin + static_cast<std::ptrdiff_t>(std::min(kChannelsACommand, all.size() - from)));
    bus_.run(scripts::index_enter(), index, some, [this, some, registration = registration_](bus::Reply reply) {
      handle_entered(some, registration, reply);
    });
  }
  std::vector<std::string> leave = {"ZREM", index[1]};
  for (const std::string& address : std::exchange(to_leave_, {}))
    if (!states_.contains(address)) leave.push_back(address);
  if (leave.size() > 2) bus_.command(leave, [](bus::Reply) {});
}

void ChannelStates::handle_entered(const std::vector<std::string>& addresses, std::uint64_t registration,
                                   bus::Reply reply) {
  if (reply.is_missing() || registration != registration_) return;
  if (reply.is_error()) return owner_.register_anew(reply.text());
  if (reply.text() == "GONE") return owner_.refresh();
  for (const std::string& address : addresses) {
    const auto found = states_.find(address);
    if (found == states_.end()) continue;
    found->second->entered_ = true;
    write_later(*found->second);
  }
}

void ChannelStates::not_written(ChannelState& state, bus::Reply reply) {
  state.trusted_ = false;
  if (reply.is_missing() || !registered_) return;
  if (reply.text().starts_with("FENCED")) owner_.refresh();
  else owner_.register_anew(reply.text());
}

void ChannelStates::drop_if_done(ChannelState& state) {
  if (state.listener_ != nullptr || state.has_rows() || state.verifying_ || state.count_ != 0) return;
  if (!state.users().is_empty() && !leaves_members_) return;
  if (state.users().written() == 0) to_leave_.push_back(state.address());
  wake();
  states_.erase(states_.find(state.address()));
}

// ---- after a loss

void ChannelStates::on_registered(Owner::Standing standing) {
  registered_ = true;
  ++registration_;
  const bool older_data = !run_.empty() && run_ != owner_.run();
  run_ = owner_.run();
  if (older_data || standing == Owner::Standing::data_lost) begin_grace();
  to_enter_.clear();
  for (const auto& [address, state] : states_) {
    if (standing == Owner::Standing::reborn) state->forget_rows();
    else if (std::exchange(state->entered_, false)) state->distrust();
    state->entered_ = false;
    to_enter_.push_back(address);
  }
  if (older_data) clear_forgotten("-");
  wake();
}

void ChannelStates::begin_grace() { grace_until_ms_ = uv_now(loop_) + static_cast<std::uint64_t>(kGrace.count()); }

// Channels of the index that we have left meanwhile: older data has their rows again. `after` is a bound of
// ZRANGEBYLEX.
void ChannelStates::clear_forgotten(const std::string& after) {
  const std::vector<std::string> page = {"ZRANGEBYLEX", keys_.index(owner_.name()),       after, "+", "LIMIT",
                                         "0",           std::to_string(kChannelsACommand)};
  bus_.command(page, [this, registration = registration_](bus::Reply reply) {
    if (!reply.ok() || registration != registration_ || reply.size() == 0) return;
    std::string last;
    for (std::size_t i = 0; i < reply.size(); ++i) {
      last = reply[i].text();
      if (!states_.contains(last)) clear(last);
    }
    clear_forgotten("(" + last);
  });
}

void ChannelStates::clear(const std::string& address) {
  const Telling telling = telling_of_(address);
  std::vector<std::string> words = arguments();
  words.insert(words.end(), {keys_.topic(address), "clear", "0", telling.total ? "change" : "", "0",
                             std::to_string(kChannelsACommand), "0", "0"});
  bus_.run(scripts::channel_apply(), keys_.rows(address, owner_.name(), telling.stream), words,
           [this, address, registration = registration_](bus::Reply reply) {
             if (!reply.ok() || registration != registration_ || states_.contains(address)) return;
             if (reply[5].integer() == 1) return clear(address);
             to_leave_.push_back(address);
             wake();
           });
}

// ---- the clock

void ChannelStates::tick() {
  if (!registered_) return;
  tell_late_totals();
  verify_some();
  if (!in_grace()) recheck_doubtful();
}

void ChannelStates::tell_total_after(ChannelState& state, std::uint64_t wait_ms) {
  const auto same = [&](const LateTotal& late) { return late.address == state.address(); };
  if (std::ranges::any_of(late_totals_, same)) return;
  late_totals_.push_back({uv_now(loop_) + wait_ms, state.address()});
}

void ChannelStates::tell_late_totals() {
  std::erase_if(late_totals_, [this](const LateTotal& late) {
    if (uv_now(loop_) < late.due_ms) return false;
    if (const auto found = states_.find(late.address); found != states_.end()) found->second->tell_total_late();
    return true;
  });
}

void ChannelStates::verify_some() {
  if (states_.empty()) return;
  const std::size_t buckets = states_.bucket_count();
  for (std::size_t i = 0; i < buckets / kVerifyRound + 1; ++i) {
    next_bucket_ = (next_bucket_ + 1) % buckets;
    for (auto state = states_.begin(next_bucket_); state != states_.end(next_bucket_); ++state)
      state->second->distrust();
  }
}

void ChannelStates::recheck_later(ChannelState& state) { doubtful_.insert(state.address()); }

void ChannelStates::recheck_doubtful() {
  for (const std::string& address : std::exchange(doubtful_, {}))
    if (const auto found = states_.find(address); found != states_.end()) found->second->recheck_roster();
}

}  // namespace belfry::cluster
