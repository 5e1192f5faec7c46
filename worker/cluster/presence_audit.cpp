#include "worker/cluster/presence_audit.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>
#include <utility>

#include "worker/cluster/channel_states.hpp"
#include "worker/cluster/scripts.hpp"

namespace belfry::cluster {
namespace {

constexpr std::size_t kAtOnce = 32;  // questions under way
constexpr std::uint32_t kAttempts = 20;
constexpr Milliseconds kBetweenAttempts{100};

using Names = std::set<std::string>;

// One for each name that is in `here` and not in `there`.
void add_missing(std::vector<Difference>& differences, const std::string& address, const Names& here,
                 const Names& there, const char* what) {
  Names missing;
  std::ranges::set_difference(here, there, std::inserter(missing, missing.end()));
  for (const std::string& user : missing) differences.push_back({address, user, what});
}

// Every `step`th text of a flat list.
Names names_of(bus::Reply flat, std::size_t step) {
  Names names;
  for (std::size_t i = 0; i < flat.size(); i += step) names.emplace(flat[i].text());
  return names;
}

void compare_rows(std::vector<Difference>& differences, const std::string& address, const Names& own,
                  const Names& rows) {
  add_missing(differences, address, own, rows, "he is here, and Redis has no row of this worker for him");
  add_missing(differences, address, rows, own, "Redis has a row of this worker for him, and he is not here");
}

void compare_roster(std::vector<Difference>& differences, const ChannelState& state, const Version& version,
                    const Names& members) {
  const Roster& roster = state.roster();
  if (!state.follows()) return;
  if (!roster.is_synced() || roster.version() != version)
    return differences.push_back({state.address(), "", "the roster does not come to Redis' version"});
  Names known, spared;
  for (const auto& [user, info] : roster.members()) (roster.spares(user) ? spared : known).insert(user);
  add_missing(differences, state.address(), known, members, "the roster has him, and Redis does not");
  add_missing(differences, state.address(), spared, members,
              "Redis does not have him; the roster, for a while after a loss");
  known.merge(spared);
  add_missing(differences, state.address(), members, known, "Redis has him, and the roster does not");
}

std::vector<Difference> compare(const ChannelState& state, const std::vector<std::string>& own, bus::Reply reply) {
  const std::string& address = state.address();
  if (!reply.ok()) return {{address, "", "Redis did not answer: " + std::string(reply.text())}};
  std::vector<Difference> differences;
  compare_rows(differences, address, Names(own.begin(), own.end()), names_of(reply[2], 1));
  compare_roster(differences, state, version_of(reply), names_of(reply[3], 2));
  for (std::size_t i = 0; i + 1 < reply[4].size(); i += 2)
    differences.push_back({address, std::string(reply[4][i + 1].text()), std::string(reply[4][i].text())});
  return differences;
}

}  // namespace

PresenceAudit::PresenceAudit(uv_loop_t* loop, bus::Bus& bus, const Keys& keys, const Owner& owner,
                             ChannelStates& states, Listener& listener)
    : bus_(bus),
      keys_(keys),
      owner_(owner),
      states_(states),
      listener_(listener),
      timer_(make_uv_handle<uv_timer_t>(loop, this, uv_timer_init)) {
  for (std::string& address : states.presence_addresses()) to_ask_.push_back({std::move(address)});
  uv_timer_start(
      timer_.get(), [](uv_timer_t* timer) noexcept { static_cast<PresenceAudit*>(timer->data)->tick(); }, 0,
      kBetweenAttempts.count());
}

void PresenceAudit::stop() {
  to_ask_.clear();
  again_.clear();
}

void PresenceAudit::tick() {
  for (Asked& asked : std::exchange(again_, {})) to_ask_.push_back(std::move(asked));
  ask_some();
}

// A reply comes at once where Redis is away.
void PresenceAudit::ask_some() {
  if (std::exchange(asking_, true)) return;
  while (unanswered_ < kAtOnce && !to_ask_.empty()) {
    Asked asked = std::move(to_ask_.front());
    to_ask_.pop_front();
    ask(std::move(asked));
  }
  asking_ = false;
  if (unanswered_ == 0 && to_ask_.empty() && again_.empty()) listener_.on_audited(*this);
}

void PresenceAudit::ask(Asked asked) {
  const ChannelState* state = states_.find(asked.address);
  if (state == nullptr) return;  // nobody is there any more
  ++unanswered_;
  const std::string& owner = owner_.name();
  bus_.run(scripts::channel_audit(), keys_.rows(asked.address, owner),
           std::vector{owner, keys_.held(asked.address, "")},
           [this, asked, settled = state->is_written(), own = state->users().written_names()](bus::Reply reply) {
             --unanswered_;
             handle(asked, settled, own, reply);
           });
}

void PresenceAudit::handle(Asked asked, bool settled, const std::vector<std::string>& own, bus::Reply reply) {
  const ChannelState* state = states_.find(asked.address);
  if (state == nullptr) return ask_some();
  if (reply.is_missing()) {
    stop();
    report({{asked.address, "", "Redis did not answer: what is left is not compared"}}, 0);
    return ask_some();
  }
  Differences differences = compare(*state, own, reply);
  if (!settled) differences.push_back({asked.address, "", "what is here is not written yet"});
  if (!differences.empty() && ++asked.attempts < kAttempts) again_.push_back(std::move(asked));
  else report(differences, reply[3].size() / 2);
  ask_some();
}

void PresenceAudit::report(const Differences& differences, std::size_t members) {
  ++totals_.channels;
  totals_.members += members;
  totals_.differences += differences.size();
  for (const Difference& difference : differences) listener_.on_difference(*this, difference);
}

}  // namespace belfry::cluster
