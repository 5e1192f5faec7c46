#include "supervisor/balance_policy.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "common/assert.hpp"

namespace belfry::supervisor {
namespace {

constexpr std::string_view kNames[] = {"hash", "source", "cpu", "random", "least"};

}  // namespace

std::string_view name_of(BalancePolicy policy) { return kNames[static_cast<std::size_t>(policy)]; }

BalancePolicy balance_policy(std::string_view name) {
  const auto found = std::find(std::begin(kNames), std::end(kNames), name);
  BELFRY_ASSERT(found != std::end(kNames));
  return static_cast<BalancePolicy>(found - std::begin(kNames));
}

}  // namespace belfry::supervisor
