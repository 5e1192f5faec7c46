// Where a worker counts: memory that it writes and the supervisor reads, so that the last second of a worker that
// crashed is counted too and no message grows with the number of apps. Each process has a page of its own, sealed
// against shrinking: whatever a worker does to it, the supervisor reads numbers, and no more. A 64-bit number is never
// half written on the machines that belfry runs on; two numbers may be of different moments.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>

#include "common/app_counters.hpp"
#include "common/counters.hpp"
#include "common/result.hpp"
#include "common/unique_fd.hpp"

namespace belfry {

inline constexpr std::size_t kMaxCountedApps = 4096;  // those beyond are not counted one by one

struct CounterPage {
  struct App {
    std::uint64_t key = 0;  // app_counter_key() of its id; 0: not taken
    AppCounters counters;
  };

  Counters counters;
  App apps[kMaxCountedApps];  // taken from the front
};

// Names an app in a page.
std::uint64_t app_counter_key(std::string_view id);

using AppCounterSums = std::unordered_map<std::uint64_t, AppCounters>;  // by key

// Both add what is counted, and leave out how something is now.
void add_counters(Counters& sum, const Counters& more);
void add_counters(AppCounters& sum, const AppCounters& more);

class MappedCounters {
 public:
  // Filled with zeros, for a worker that is to be born.
  static Result<UniqueFd> make();
  static Result<MappedCounters> map(int fd);

  // For the worker. Where no place is left for the app, something that nobody reads.
  Counters& counters() { return page_->counters; }
  AppCounters& of_app(std::string_view id);

  // For the supervisor.
  Counters read() const;
  void for_each_app(const auto& visit) const {
    for (const CounterPage::App& app : page_->apps) {
      const CounterPage::App copy = read(app);
      if (copy.key == 0) return;
      visit(copy.key, copy.counters);
    }
  }

 private:
  struct Unmap {
    void operator()(CounterPage* page) const;
  };

  explicit MappedCounters(CounterPage* page) : page_(page) {}
  static CounterPage::App read(const CounterPage::App& app);

  std::unique_ptr<CounterPage, Unmap> page_;
  AppCounters unread_;
};

}  // namespace belfry
