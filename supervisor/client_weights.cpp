#include "supervisor/client_weights.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace belfry::supervisor {
namespace {

constexpr double kScale = 1 << 16;         // about the sum of all weights
constexpr double kEvenPart = 0.25;         // of the connections
constexpr double kOfBurst = 0.5;           // the water is at least this part of the largest burst,
constexpr double kLeastOfClients = 0.125;  // this part of all clients,
constexpr double kLeastOfWorker = 64;      // and this much for each worker

bool takes(const SlotLoad& load) { return load.takes; }

double sum_of(double SlotLoad::*field, const std::vector<SlotLoad>& taking) {
  double sum = 0;
  for (const SlotLoad& load : taking) sum += load.*field;
  return sum;
}

std::vector<SlotLoad> taking_of(const std::vector<SlotLoad>& loads) {
  std::vector<SlotLoad> taking;
  std::copy_if(loads.begin(), loads.end(), std::back_inserter(taking), takes);
  return taking;
}

double mean_of(double SlotLoad::*field, const std::vector<SlotLoad>& taking) {
  return taking.empty() ? 0 : std::ceil(sum_of(field, taking) / static_cast<double>(taking.size()));
}

// How high the water stands when it is poured over what is there.
double level_of(std::vector<SlotLoad> taking, double water) {
  std::sort(taking.begin(), taking.end(), [](const auto& a, const auto& b) { return a.clients < b.clients; });
  double filled = water, level = 0;
  for (std::size_t i = 0; i < taking.size(); ++i) {
    if (i > 0 && level <= taking[i].clients) break;
    filled += taking[i].clients;
    level = filled / static_cast<double>(i + 1);
  }
  return level;
}

Weights poured(const std::vector<SlotLoad>& loads, double water, double even_part) {
  const std::vector<SlotLoad> taking = taking_of(loads);
  const double level = level_of(taking, water);
  const double even = even_part / static_cast<double>(taking.size());
  Weights weights;
  for (const SlotLoad& load : loads) {
    const double share = even + (1 - even_part) * std::max(0.0, level - load.clients) / water;
    weights.push_back(load.takes ? static_cast<std::uint32_t>(std::lround(kScale * share)) : 0);
  }
  return weights;
}

}  // namespace

Weights even_weights(const std::vector<SlotLoad>& loads) {
  const bool any = std::any_of(loads.begin(), loads.end(), takes);
  Weights weights;
  for (const SlotLoad& load : loads) weights.push_back(load.takes || !any ? 1 : 0);
  return weights;
}

Weights least_weights(const std::vector<SlotLoad>& loads) {
  const std::vector<SlotLoad> taking = taking_of(loads);
  if (taking.empty()) return even_weights(loads);
  const double water =
      std::max({kOfBurst * sum_of(&SlotLoad::burst_per_s, taking), kLeastOfClients * sum_of(&SlotLoad::clients, taking),
                kLeastOfWorker * static_cast<double>(taking.size())});
  return poured(loads, water, kEvenPart);
}

Weights room_weights(const std::vector<SlotLoad>& loads) {
  const std::vector<SlotLoad> taking = taking_of(loads);
  if (taking.empty()) return even_weights(loads);
  double room = 0;
  for (const SlotLoad& load : taking) room += std::max(0.0, mean_of(&SlotLoad::clients, taking) - load.clients);
  return poured(loads, std::max({1.0, room, sum_of(&SlotLoad::arrivals_per_s, taking)}), 0);
}

std::vector<std::uint64_t> surplus_of(const std::vector<SlotLoad>& loads) {
  const double mean = mean_of(&SlotLoad::counted, taking_of(loads));
  std::vector<std::uint64_t> surplus;
  for (const SlotLoad& load : loads)
    surplus.push_back(load.takes ? static_cast<std::uint64_t>(std::max(0.0, load.counted - mean)) : 0);
  return surplus;
}

}  // namespace belfry::supervisor
