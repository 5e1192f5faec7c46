#include "worker/pusher/stamp.hpp"

#include <charconv>
#include <system_error>

#include "common/hex.hpp"

namespace belfry::pusher {
namespace {

constexpr std::size_t kDigitsOfNode = 8;

}  // namespace

StampOffice::StampOffice(const NodeId& node) : node_(to_hex(node.bytes).substr(0, kDigitsOfNode) + ".") {}

std::string StampOffice::stamp(std::uint64_t now_ns) const { return node_ + std::to_string(now_ns / 1000); }

std::optional<std::uint64_t> StampOffice::published_ns(std::string_view stamp) const {
  if (!stamp.starts_with(node_)) return std::nullopt;
  stamp.remove_prefix(node_.size());
  std::uint64_t us = 0;
  const auto [end, error] = std::from_chars(stamp.data(), stamp.data() + stamp.size(), us);
  if (error != std::errc() || end != stamp.data() + stamp.size()) return std::nullopt;
  return us * 1000;
}

}  // namespace belfry::pusher
