#include "common/counter_page.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <map>
#include <string>
#include <utility>

namespace belfry {
namespace {

struct Page {
  UniqueFd fd = std::move(*MappedCounters::make());
  MappedCounters worker = std::move(*MappedCounters::map(fd.get()));
  MappedCounters supervisor = std::move(*MappedCounters::map(fd.get()));
};

}  // namespace

TEST_CASE("what the worker counts, the supervisor reads") {
  Page page;
  page.worker.counters().messages_in = 3;
  page.worker.counters().refused(Refusal::origin);
  page.worker.counters().loop_lag.record(1);
  page.worker.counters().clients = 2;
  const Counters read = page.supervisor.read();
  CHECK(read.messages_in == 3);
  CHECK(read.refusals[static_cast<std::size_t>(Refusal::origin)] == 1);
  CHECK(read.loop_lag.buckets[0] == 1);
  CHECK(read.clients == 2);
}

TEST_CASE("each app has its place, and keeps it") {
  Page page;
  ++page.worker.of_app("a").messages_out;
  ++page.worker.of_app("b").messages_in;
  ++page.worker.of_app("a").messages_out;
  std::map<std::uint64_t, AppCounters> read;
  page.supervisor.for_each_app([&](std::uint64_t key, const AppCounters& app) { read[key] = app; });
  CHECK(read.size() == 2);
  CHECK(read[app_counter_key("a")].messages_out == 2);
  CHECK(read[app_counter_key("b")].messages_in == 1);
}

TEST_CASE("an app for which there is no place left is counted where nobody reads") {
  Page page;
  for (std::size_t i = 0; i < kMaxCountedApps; ++i) ++page.worker.of_app(std::to_string(i)).connections;
  ++page.worker.of_app("one too many").connections;
  std::size_t apps = 0;
  page.supervisor.for_each_app([&](std::uint64_t, const AppCounters& app) { apps += app.connections; });
  CHECK(apps == kMaxCountedApps);
}

TEST_CASE("a worker cannot take the memory away from under the supervisor") {
  Page page;
  CHECK(::ftruncate(page.fd.get(), 0) != 0);
}

TEST_CASE("a sum has what was counted, and not how something was") {
  Counters sum, worker;
  worker.clients = 5;
  worker.messages_in = 7;
  worker.redis_latency.record(1);
  add_counters(sum, worker);
  add_counters(sum, worker);
  CHECK(sum.clients == 0);
  CHECK(sum.messages_in == 14);
  CHECK(sum.redis_latency.buckets[0] == 2);
}

}  // namespace belfry
