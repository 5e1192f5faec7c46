// What channel_apply.lua publishes on a channel's topic, between the events of publishers (pusher/envelope.hpp): who
// came and went, or the new total of subscribers. Grammar:
//
//   ("M1" SP version SP *change | "C1" SP version SP total)
//   version = generation SP number
//   change  = "+" length ":" user length ":" info | "-" length ":" user
//
// Lengths are bytes. Numbers grow by one within a generation; another generation begins when Redis has lost the
// channel's state, or may have lost some of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "worker/bus/reply.hpp"

namespace belfry::cluster {

struct Version {
  std::string generation;
  std::uint64_t number = 0;

  bool operator==(const Version&) const = default;
};

// Of a script that answers both first.
inline Version version_of(bus::Reply reply) {
  return {std::string(reply[0].text()), static_cast<std::uint64_t>(reply[1].integer())};
}

struct MemberChange {
  bool joined = false;
  std::string user;
  std::string info;  // JSON; only of one who joined

  bool operator==(const MemberChange&) const = default;
};

struct MembersAnnouncement {
  Version version;
  std::vector<MemberChange> changes;
};

struct TotalAnnouncement {
  Version version;
  std::uint64_t total = 0;
};

using Announcement = std::variant<MembersAnnouncement, TotalAnnouncement>;

// nullopt: it is none, but an event, or of a format that this version does not know.
std::optional<Announcement> parse_announcement(std::string_view payload);

}  // namespace belfry::cluster
