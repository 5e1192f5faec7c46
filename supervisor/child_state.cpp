#include "supervisor/child_state.hpp"

#include <utility>

namespace belfry::supervisor {
namespace {

using enum ChildState;

constexpr std::pair<ChildState, std::string_view> kNames[] = {
    {stopped, "stopped"}, {starting, "starting"}, {running, "running"},         {aborting, "aborting"},
    {killing, "killing"}, {stopping, "stopping"}, {backing_off, "backing_off"}, {failed, "failed"},
};

constexpr std::pair<ChildState, ChildState> kEdges[] = {
    {stopped, starting},
    {starting, running},
    // A process that is wanted no more, or must not go on.
    {starting, stopping},
    {running, stopping},
    {starting, aborting},
    {running, aborting},
    {starting, killing},
    {running, killing},
    {aborting, killing},
    {stopping, killing},
    // It ended: a successor at once, later, or none.
    {running, starting},
    {aborting, starting},
    {killing, starting},
    {stopping, starting},
    {starting, backing_off},
    {running, backing_off},
    {aborting, backing_off},
    {killing, backing_off},
    {starting, failed},
    {running, failed},
    {aborting, failed},
    {killing, failed},
    {aborting, stopped},
    {killing, stopped},
    {stopping, stopped},
    {backing_off, starting},
    {backing_off, stopped},
    {failed, starting},
};

}  // namespace

std::string_view name_of(ChildState state) {
  for (const auto& [named, name] : kNames)
    if (named == state) return name;
  return "unknown";
}

bool may_step(ChildState from, ChildState to) {
  for (const auto& edge : kEdges)
    if (edge.first == from && edge.second == to) return true;
  return false;
}

bool has_process(ChildState state) {
  return state == starting || state == running || state == aborting || state == killing || state == stopping;
}

}  // namespace belfry::supervisor
