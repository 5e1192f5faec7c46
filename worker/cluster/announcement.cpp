#include "worker/cluster/announcement.hpp"

#include <charconv>
#include <system_error>
#include <utility>

namespace belfry::cluster {
namespace {

// Takes parts off the front of a text; each is nullopt where the text has no such part.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }

  std::optional<char> character() {
    if (rest_.empty()) return std::nullopt;
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  std::optional<std::string_view> until(char end) {
    const std::size_t at = rest_.find(end);
    if (at == std::string_view::npos) return std::nullopt;
    const std::string_view part = rest_.substr(0, at);
    rest_.remove_prefix(at + 1);
    return part;
  }

  std::optional<std::uint64_t> number_until(char end) {
    const auto part = until(end);
    return part ? to_number(*part) : std::nullopt;
  }

  std::optional<std::uint64_t> number_to_end() { return to_number(std::exchange(rest_, {})); }

  // "5:hello"
  std::optional<std::string_view> measured() {
    const auto length = number_until(':');
    if (!length || *length > rest_.size()) return std::nullopt;
    const std::string_view part = rest_.substr(0, *length);
    rest_.remove_prefix(*length);
    return part;
  }

 private:
  static std::optional<std::uint64_t> to_number(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
  }

  std::string_view rest_;
};

std::optional<MemberChange> read_change(Reader& reader) {
  const auto sign = reader.character();
  const auto user = reader.measured();
  if (!user || (*sign != '+' && *sign != '-')) return std::nullopt;
  if (*sign == '-') return MemberChange{false, std::string(*user), {}};
  const auto info = reader.measured();
  if (!info) return std::nullopt;
  return MemberChange{true, std::string(*user), std::string(*info)};
}

std::optional<Announcement> read_members(Version version, Reader& reader) {
  MembersAnnouncement announcement{std::move(version), {}};
  while (!reader.at_end()) {
    auto change = read_change(reader);
    if (!change) return std::nullopt;
    announcement.changes.push_back(std::move(*change));
  }
  return announcement;
}

}  // namespace

std::optional<Announcement> parse_announcement(std::string_view payload) {
  Reader reader(payload);
  const auto kind = reader.until(' ');
  if (!kind || (*kind != "M1" && *kind != "C1")) return std::nullopt;
  const auto generation = reader.until(' ');
  const auto number = reader.number_until(' ');
  if (!generation || !number) return std::nullopt;
  Version version{std::string(*generation), *number};
  if (*kind == "M1") return read_members(std::move(version), reader);
  const auto total = reader.number_to_end();
  if (!total) return std::nullopt;
  return TotalAnnouncement{std::move(version), *total};
}

}  // namespace belfry::cluster
