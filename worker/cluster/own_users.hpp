// The users whom this worker's subscribers of one presence channel are, how many subscribers each is, and which of them
// are written in Redis; from that, what is to be written. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "common/keyed_hash.hpp"
#include "common/memory_account.hpp"

namespace belfry::cluster {

class OwnUsers {
 public:
  struct User {
    std::string info;         // JSON
    std::uint32_t holds = 0;  // subscribers
    bool written = false;     // in Redis, or on the way there
    bool admitted = false;    // it was in Redis: the limit of members is no reason any more
    bool queued = false;      // in queue_
  };
  using Entry = std::pair<const std::string, User>;  // stays where it is while holds > 0

  // One change of rows. kind: see channel_apply.lua.
  struct Op {
    char kind;
    std::string user;
    std::string info;
  };

  void account(MemoryAccount& account) const;

  // One more subscriber is this user. The info of the first one stands.
  Entry& add(const std::string& user, const std::string& info);
  // One less. `keep_row`: he stays written even if it was the last.
  void remove(Entry& entry, bool keep_row);

  // He is there.
  Entry& at(const std::string& user);

  bool holds(const std::string& user) const;
  bool is_empty() const { return users_.empty(); }
  bool has_ops() const { return !queue_.empty(); }

  // What is to be written, at most `most`; counts as written from here on.
  std::vector<Op> take_ops(std::size_t most);
  void admitted(const std::string& user);
  // The channel was full: it is not written, and is not tried again until add().
  void refused(const std::string& user);

  // Of who is written: the sum of hashes that only this process can compare.
  std::uint64_t digest() const { return digest_; }
  std::size_t written() const { return written_; }
  std::vector<std::string> written_names() const;

  // Redis has exactly what is written.
  void confirm();
  // Redis has exactly these rows.
  void reconcile(const std::vector<std::string>& rows);
  // No row is there any more.
  void forget_rows();

 private:
  void set_written(Entry& entry, bool written);
  void enqueue(Entry& entry);

  TextMap<User> users_;
  std::vector<std::string> queue_;  // those whose row may have to change
  std::uint64_t digest_ = 0;
  std::size_t written_ = 0;
};

}  // namespace belfry::cluster
