#include "tools/bench/flights.hpp"

namespace belfry::bench {
namespace {

constexpr std::int32_t kGivenUp = 1 << 30;  // so many parts will never land

}  // namespace

void Flights::depart(std::uint64_t number, std::int32_t parts) {
  flight(number).store(parts, std::memory_order_release);
  if (parts == 0) board_.landed.fetch_add(1);
}

bool Flights::land_part(std::uint64_t number) {
  if (flight(number).fetch_sub(1) != 1) return false;
  board_.landed.fetch_add(1);
  return true;
}

void Flights::land_all(std::uint64_t number) {
  if (flight(number).exchange(kGivenUp) < kGivenUp / 2) board_.landed.fetch_add(1);
}

void Flights::give_up(std::uint64_t sent) {
  for (auto& flight : board_.flights)
    if (flight.load() > 0) flight.store(kGivenUp);
  board_.landed.store(sent);
}

}  // namespace belfry::bench
