// With raw.echo = false the sender does not hear itself, but Redis brings every message back without saying whose it
// is. This remembers what this worker's clients published, in order, and takes each off when it comes back. Pure.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::raw {

class OwnMessages {
 public:
  // Returns the number by which the outcome of the publish refers to it; never 0.
  std::uint64_t sent(std::uint64_t sender, std::string_view payload);
  void not_published(std::uint64_t number);  // it will not come back
  void doubtful(std::uint64_t number);       // it may come back, or not
  void clear();                              // the subscription was interrupted: nothing of before comes back

  // Whose message `payload` is, or nullopt: somebody else's. Ours come back in the order in which they were sent, so
  // only the oldest one can match, except for doubtful ones before it.
  std::optional<std::uint64_t> came_back(std::string_view payload);

 private:
  struct Message {
    std::uint64_t number;
    std::uint64_t sender;
    std::string payload;
    bool doubtful = false;
  };

  std::deque<Message>::iterator find(std::uint64_t number);

  std::uint64_t next_number_ = 1;
  std::deque<Message> messages_;
};

}  // namespace belfry::raw
