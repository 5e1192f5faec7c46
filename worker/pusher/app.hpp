// The applications that may connect and publish: settings, and what is prepared once from them.
#pragma once

#include <cstddef>
#include <deque>
#include <string_view>
#include <vector>

#include "common/counter_page.hpp"
#include "common/settings.hpp"
#include "worker/pusher/signature.hpp"

namespace belfry::pusher {

struct App {
  App(const AppSettings& from, AppCounters& counts);

  AppSettings settings;
  Credentials credentials;
  AppCounters* counters;
  bool exists = true;  // false: the configuration has it no more
};

class Apps {
 public:
  Apps(const std::vector<AppSettings>& settings, MappedCounters& counters);

  // An app stays where it is, and is another one: who refers to it goes by what is configured now.
  void reconfigure(const std::vector<AppSettings>& settings);

  // Null: there is none. The previous key of a rotation finds its app too.
  const App* by_key(std::string_view key) const;
  const App* by_id(std::string_view id) const;

  // The largest body of the HTTP API, in bytes, that the limits of any app can let pass. It is taken before its sender
  // is known.
  std::size_t largest_body() const;

 private:
  MappedCounters& counters_;
  std::deque<App> apps_;  // few; pointers to them stay good
};

}  // namespace belfry::pusher
