// Whether the supervisor of one build can run the worker of another: both say the same here. It covers the messages as
// they lie in memory; whatever else of inheritance.hpp changes (descriptors, arguments, meanings) takes a new
// kControlVersion.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

#include "common/control_messages.hpp"

namespace belfry {
namespace detail {

// FNV-1a over the size of each message, in the order of their kinds.
template <typename... Message>
constexpr std::uint64_t fold_sizes(std::uint64_t hash, std::variant<Message...>*) {
  for (const std::size_t size : {sizeof(Message)...}) hash = (hash ^ size) * 0x100000001b3ULL;
  return hash;
}

}  // namespace detail

inline std::string control_contract() {
  constexpr std::uint64_t kBasis = 0xcbf29ce484222325ULL;
  constexpr std::uint64_t kDown = detail::fold_sizes(kBasis, static_cast<ToWorker*>(nullptr));
  constexpr std::uint64_t kBoth = detail::fold_sizes(kDown, static_cast<ToSupervisor*>(nullptr));
  return std::to_string(kControlVersion) + "-" + std::to_string(kBoth);
}

}  // namespace belfry
