// One channel of an app as this worker's clients have it: how many of them subscribe and, in a presence channel, which
// users they are; what of that is written in Redis; and the roster. Callers say how it is now; the writing follows at
// the end of the loop turn, all changes of the turn in one script, and is repeated until Redis has it (ChannelStates
// says when). A caller that has to know when its change counts takes a ticket.
//
// Owned by ChannelStates. Lives while it has a listener, or rows in Redis.
#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <vector>

#include "common/on_demand.hpp"
#include "worker/bus/reply.hpp"
#include "worker/cluster/announcement.hpp"
#include "worker/cluster/own_users.hpp"
#include "worker/cluster/roster.hpp"
#include "worker/cluster/telling.hpp"

namespace belfry::cluster {

class ChannelStates;

using Ticket = std::uint64_t;

class ChannelState {
 public:
  struct Rules {
    Telling telling = {};
    std::uint32_t max_members = 0;  // 0: no limit
    std::uint32_t max_total = 0;    // subscribers of all workers; 0: no limit
  };

  class Listener {
   public:
    virtual ~Listener() = default;
    virtual Rules rules() const = 0;
    // Further tickets are settled.
    virtual void on_settled() = 0;
    // The roster has changed so.
    virtual void on_members(const Roster::Changes& changes) = 0;
    virtual void on_total(std::uint64_t total) = 0;
    // The user is not taken, the channel has as many members as it may have. No subscriber who is this user is settled.
    virtual void on_full(const std::string& user) = 0;
  };

  // `address` outlives the object.
  ChannelState(ChannelStates& states, const std::string& address, bool follows);
  ChannelState(const ChannelState&) = delete;

  const std::string& address() const { return address_; }

  void account(MemoryAccount& account) const;

  // Whether the roster is kept. Where it is not, users can be added all the same.
  void follow(bool follows);
  // Announcements on the channel's topic come from here on, or do not any more.
  void set_live(bool live);
  void take(Announcement announcement);

  // Each is a change to be written; its ticket is settled when Redis has it and the roster shows it.
  Ticket set_count(std::uint32_t subscribers) { return set_count(subscribers, subscribers); }
  // `most` subscribers if the rules' max_total leaves so many, and at least the `least` that are there already.
  Ticket set_count(std::uint32_t least, std::uint32_t most);
  // How many of them are counted, by the last word of Redis; where max_total bounds them.
  std::uint32_t granted() const { return granted_; }
  // How many Redis counts, whatever becomes of what is under way, as long as it keeps its data and our lease.
  std::uint32_t secured() const { return secured_; }
  OwnUsers::Entry& add_user(const std::string& user, const std::string& info);
  void remove_user(OwnUsers::Entry& user);
  void remove_user(const std::string& user) { remove_user(users_.edit().at(user)); }
  bool is_settled(Ticket ticket) const { return ticket <= settled_; }

  bool follows() const { return follows_; }
  const Roster& roster() const { return roster_.get(); }
  const OwnUsers& users() const { return users_.get(); }
  // All that is here is in Redis or on the way there, as far as is known.
  bool is_written() const { return entered_ && trusted_ && !verifying_ && !queued_; }
  std::uint64_t total() const { return total_; }
  // An announcement of the total that counts every settled change is still to come.
  bool total_is_coming() const { return total_told_ > total_heard_.number; }

 private:
  friend class ChannelStates;

  // A script under way, in the order of their replies.
  struct Sent {
    Ticket ticket;
    std::uint32_t least;
    std::uint32_t count;
    bool bounded;  // by max_total
    std::vector<OwnUsers::Op> ops;
    std::uint64_t stream;  // of a snapshot that was asked for; 0: none
  };
  struct Answered {
    Ticket ticket;
    Version version;
  };

  // That are to be taken back.
  bool has_rows() const;
  bool wants_snapshot() const { return follows_ && live_ && !roster().is_synced() && snapshot_stream_ != stream_; }

  void write();
  void apply(std::vector<OwnUsers::Op> ops);
  void handle_applied(bus::Reply reply);
  void handle_results(const std::vector<OwnUsers::Op>& ops, bus::Reply results);
  void handle_total(const Version& version, bus::Reply reply);
  void handle_granted(const Sent& sent, std::uint32_t granted);
  void verify();
  void handle_verified(std::uint64_t stream, bus::Reply reply);
  void take_snapshot(std::uint64_t stream, Version version, bus::Reply members);
  std::uint64_t begin_snapshot();
  void hear_total(Version version);
  void tell_members(const Roster::Changes& changes);
  void settle();
  bool is_spared(const std::string& user) const;

  // For ChannelStates.
  void attach(Listener& listener) { listener_ = &listener; }
  void detach();
  void distrust();  // what is written may be something else
  void forget_rows();
  void recheck_roster();
  void tell_total_late();

  ChannelStates& states_;
  const std::string& address_;
  bool follows_;                  // the roster
  Listener* listener_ = nullptr;  // null: only rows are left, to be taken back
  bool queued_ = false;           // ChannelStates will call write()
  bool entered_ = false;          // it is in the owner's index
  bool trusted_ = true;           // what we believe to be written is
  bool verifying_ = false;
  bool rewrite_ = false;     // the count that is written is not known
  bool late_total_ = false;  // the total is to be told now, although it does not change now
  bool live_ = false;
  std::uint32_t least_ = 0;
  std::uint32_t count_ = 0;
  std::uint32_t written_count_ = 0;
  std::uint32_t granted_ = 0;
  std::uint32_t secured_ = 0;
  OnDemand<OwnUsers> users_;
  OnDemand<Roster> roster_;
  std::uint64_t stream_ = 1;           // grows with each interruption
  std::uint64_t snapshot_stream_ = 0;  // of the snapshot under way; 0: none
  Ticket asked_ = 0;
  Ticket settled_ = 0;
  std::list<Sent> under_way_;
  std::list<Answered> answered_;  // not in the roster yet
  std::uint64_t total_ = 0;
  Version total_heard_;
  std::uint64_t total_told_ = 0;  // number of the same generation, to be heard
};

}  // namespace belfry::cluster
