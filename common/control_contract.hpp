// Whether the supervisor of one build can run the worker of another: both say the same here. It covers the messages and
// the page of counters as they lie in memory, with the counters' names; whatever else of inheritance.hpp changes
// (descriptors, arguments, meanings) takes a new kControlVersion.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

#include "common/control_messages.hpp"
#include "common/counter_page.hpp"
#include "common/fnv1a.hpp"
#include "common/refusal.hpp"

namespace belfry {
namespace detail {

// The size of each message, in the order of their kinds.
template <typename... Message>
constexpr std::uint64_t fold_sizes(std::uint64_t hash, std::variant<Message...>*) {
  for (const std::size_t size : {sizeof(Message)...}) hash = fnv1a_step(hash, size);
  return hash;
}

constexpr std::uint64_t fold_counters(std::uint64_t hash) {
  hash = fnv1a_step(hash, sizeof(CounterPage));
  for (const CounterRow& row : kCounterRows) hash = fnv1a(row.name, hash);
  for (const HistogramRow& row : kHistogramRows) hash = fnv1a(row.metric, hash);
  for (const std::string_view name : kRefusalNames) hash = fnv1a(name, hash);
  for (const AppCounterRow& row : kAppCounterRows) hash = fnv1a(row.name, hash);
  return hash;
}

}  // namespace detail

inline std::string control_contract() {
  constexpr std::uint64_t kDown = detail::fold_sizes(kFnv1aBasis, static_cast<ToWorker*>(nullptr));
  constexpr std::uint64_t kBoth = detail::fold_sizes(kDown, static_cast<ToSupervisor*>(nullptr));
  constexpr std::uint64_t kAll = detail::fold_counters(kBoth);
  return std::to_string(kControlVersion) + "-" + std::to_string(kAll);
}

}  // namespace belfry
