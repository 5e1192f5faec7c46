#include "supervisor/client_weights.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <vector>

#include "supervisor/client_load.hpp"

namespace belfry::supervisor {
namespace {

std::vector<SlotLoad> loads_of(const std::vector<double>& clients, double arrivals_per_s = 0) {
  std::vector<SlotLoad> loads;
  for (const double count : clients)
    loads.push_back({.takes = true,
                     .counted = count,
                     .clients = count,
                     .arrivals_per_s = arrivals_per_s,
                     .burst_per_s = arrivals_per_s});
  return loads;
}

double share_of(const Weights& weights, std::size_t slot) {
  return weights[slot] / std::accumulate(weights.begin(), weights.end(), 0.0);
}

TEST_CASE("even weights leave out who takes nothing, unless nobody takes anything") {
  auto loads = loads_of({5, 6, 7});
  loads[1].takes = false;
  CHECK(even_weights(loads) == Weights{1, 0, 1});
  loads[0].takes = loads[2].takes = false;
  CHECK(even_weights(loads) == Weights{1, 1, 1});
  CHECK(least_weights(loads) == Weights{1, 1, 1});
  CHECK(room_weights(loads) == Weights{1, 1, 1});
}

TEST_CASE("least: equal workers get equal shares, few or many clients") {
  for (const double clients : {0.0, 3.0, 100'000.0}) {
    const Weights weights = least_weights(loads_of({clients, clients, clients}));
    CHECK(weights[0] == weights[1]);
    CHECK(weights[1] == weights[2]);
  }
}

TEST_CASE("least: a newcomer gets most, and nobody nothing") {
  const Weights weights = least_weights(loads_of({0, 10'000, 10'000, 10'000}));
  CHECK(share_of(weights, 0) == doctest::Approx(0.75 + 0.25 / 4).epsilon(0.01));
  CHECK(share_of(weights, 1) == doctest::Approx(0.25 / 4).epsilon(0.01));
}

TEST_CASE("least: a newcomer is filled no further than to the level of the others") {
  // Half a burst of 24,000: 9,000 of them bring the newcomer up, the rest is for all.
  const Weights weights = least_weights(loads_of({0, 9'000, 9'000, 9'000}, 6'000));
  CHECK(share_of(weights, 0) < 0.75);
  CHECK(share_of(weights, 1) > 0.08);
}

TEST_CASE("least: a burst after a quiet time does not all run into a small dip") {
  const Weights weights = least_weights(loads_of({100, 100, 100, 99}));
  CHECK(share_of(weights, 3) == doctest::Approx(0.25).epsilon(0.03));
}

TEST_CASE("least: who is out gets nothing, however empty") {
  auto loads = loads_of({50, 0, 50});
  loads[1].takes = false;
  const Weights weights = least_weights(loads);
  CHECK(weights[1] == 0);
  CHECK(weights[0] == weights[2]);
}

TEST_CASE("least: with a thousand workers each still has a share") {
  std::vector<double> clients(1'000, 5'000);
  clients[7] = 0;
  const Weights weights = least_weights(loads_of(clients));
  CHECK(std::none_of(weights.begin(), weights.end(), [](std::uint32_t weight) { return weight == 0; }));
}

// A node whose workers report once a second, at different moments, and whose weights are set once a second.
class SimulatedNode {
 public:
  explicit SimulatedNode(std::size_t workers) : clients_(workers), opened_(workers), loads_(workers) {
    for (std::size_t worker = 0; worker < workers; ++worker) report(worker);
  }

  void second(int arrivals, double departing) {
    for (int tick = 0; tick < kTicks; ++tick) {
      now_ += Milliseconds(1'000 / kTicks);
      if (tick == 0) set_weights();
      arrive(arrivals / kTicks);
      depart(departing / kTicks);
      for (std::size_t worker = 0; worker < clients_.size(); ++worker)
        if (tick == static_cast<int>(worker * kTicks / clients_.size())) report(worker);
    }
  }

  void restart(std::size_t worker) {
    clients_[worker] = opened_[worker] = 0;
    loads_[worker].forget();
    report(worker);
  }

  double most_over_mean() const { return *std::max_element(clients_.begin(), clients_.end()) / mean(); }
  double least_over_mean() const { return *std::min_element(clients_.begin(), clients_.end()) / mean(); }

 private:
  static constexpr int kTicks = 20;

  double mean() const {
    return std::accumulate(clients_.begin(), clients_.end(), 0.0) / static_cast<double>(clients_.size());
  }

  void set_weights() {
    std::vector<SlotLoad> loads;
    for (const ClientLoad& load : loads_) loads.push_back(load.at(now_, true));
    weights_ = least_weights(loads);
  }

  void arrive(int count) {
    std::discrete_distribution<std::size_t> chosen(weights_.begin(), weights_.end());
    for (int i = 0; i < count; ++i) {
      const std::size_t worker = chosen(random_);
      ++clients_[worker];
      ++opened_[worker];
    }
  }

  void depart(double part) {
    for (double& clients : clients_) clients -= std::floor(clients * part);
  }

  void report(std::size_t worker) {
    Counters counters;
    counters.clients = static_cast<std::uint64_t>(clients_[worker]);
    counters.connections = static_cast<std::uint64_t>(opened_[worker]);
    loads_[worker].heard(now_, counters);
  }

  TimePoint now_{};
  std::vector<double> clients_, opened_;
  std::vector<ClientLoad> loads_;
  Weights weights_;
  std::mt19937 random_{1};
};

TEST_CASE("least: a node that fills up stays even in every second") {
  SimulatedNode node(4);
  for (int second = 0; second < 30; ++second) {
    node.second(2'000, 0);
    if (second < 3) continue;  // what comes in a second is known a second later
    CHECK(node.most_over_mean() < 1.1);
    CHECK(node.least_over_mean() > 0.88);
  }
}

TEST_CASE("least: a restarted worker fills up, is not overfilled, and it stays so") {
  SimulatedNode node(4);
  for (int second = 0; second < 10; ++second) node.second(2'000, 0);
  node.restart(2);
  node.second(5'000, 0);  // its clients come back
  CHECK(node.least_over_mean() > 0.5);
  for (int second = 0; second < 60; ++second) {
    node.second(400, 0.02);
    CHECK(node.most_over_mean() < 1.2);
    if (second < 20) continue;
    CHECK(node.most_over_mean() < 1.1);
    CHECK(node.least_over_mean() > 0.9);
  }
}

TEST_CASE("least: bursts out of silence leave no lasting dent") {
  SimulatedNode node(3);
  for (int second = 0; second < 40; ++second) {
    node.second(second % 8 == 0 ? 6'000 : 0, 0.05);
    CHECK(node.most_over_mean() < 1.12);
  }
}

TEST_CASE("a rebalance moves what is above the mean, rounded up") {
  CHECK(surplus_of(loads_of({10, 20, 30})) == std::vector<std::uint64_t>{0, 0, 10});
  CHECK(surplus_of(loads_of({5, 4, 4})) == std::vector<std::uint64_t>{0, 0, 0});
  CHECK(surplus_of(loads_of({100, 0, 1})) == std::vector<std::uint64_t>{66, 0, 0});
  CHECK(surplus_of({}).empty());
}

TEST_CASE("a rebalance neither counts nor touches who takes no connections") {
  auto loads = loads_of({100, 1'000, 300});
  loads[1].takes = false;
  CHECK(surplus_of(loads) == std::vector<std::uint64_t>{0, 0, 100});
  CHECK(room_weights(loads)[1] == 0);
}

TEST_CASE("during a rebalance newcomers go to those with room, as much as there is") {
  const Weights weights = room_weights(loads_of({300, 100, 50, 150}));
  CHECK(weights[0] == 0);
  CHECK(weights[3] == 0);
  CHECK(share_of(weights, 1) == doctest::Approx(1.0 / 3).epsilon(0.01));
  CHECK(share_of(weights, 2) == doctest::Approx(2.0 / 3).epsilon(0.01));
}

TEST_CASE("when a rebalance has nothing left to move, newcomers go to all") {
  const Weights weights = room_weights(loads_of({100, 100, 100}));
  CHECK(weights[0] == weights[1]);
  CHECK(weights[1] == weights[2]);
  CHECK(weights[0] > 0);
}

TEST_CASE("a load counts what has come since the heartbeat, and trusts that for a second") {
  ClientLoad load;
  const TimePoint start{};
  CHECK(load.at(start, true).clients == 0);
  load.heard(start, {.clients = 10, .connections = 10});
  load.heard(start + Seconds(2), {.clients = 30, .connections = 50});
  CHECK(load.at(start + Seconds(2), true).clients == 30);
  CHECK(load.at(start + Milliseconds(2'500), true).clients == 40);
  CHECK(load.at(start + Milliseconds(2'500), true).counted == 30);
  CHECK(load.at(start + Seconds(9), true).clients == 50);
  CHECK(load.at(start + Seconds(9), false).arrivals_per_s == 20);
  load.forget();
  CHECK(load.at(start + Seconds(9), true).clients == 0);
}

TEST_CASE("heartbeats that follow each other closely are no burst") {
  ClientLoad load;
  const TimePoint start{};
  load.heard(start, {.clients = 0, .connections = 0});
  load.heard(start + Seconds(1), {.clients = 100, .connections = 100});
  load.heard(start + Seconds(1) + Milliseconds(1), {.clients = 110, .connections = 110});
  CHECK(load.at(start + Milliseconds(1'001), true).clients == doctest::Approx(110));
  CHECK(load.at(start + Milliseconds(1'001), true).burst_per_s == 100);
  load.heard(start + Seconds(2), {.clients = 200, .connections = 200});
  CHECK(load.at(start + Seconds(2), true).burst_per_s == 100);
}

}  // namespace
}  // namespace belfry::supervisor
