#include "tools/bench/board.hpp"

#include <algorithm>

namespace belfry::bench {

void FirstSentence::set(std::string_view sentence) {
  if (size_.load(std::memory_order_relaxed) > 0) return;
  const std::size_t size = std::min(sentence.size(), text_.size());
  std::copy_n(sentence.begin(), size, text_.begin());
  size_.store(size, std::memory_order_release);
}

std::uint64_t Board::sum_of_failures() const {
  std::uint64_t total = 0;
  for (const ProcessBoard& process : processes)
    for (const Figure& failures : process.failures) total += failures.get();
  return total;
}

Histogram Board::merged(Histogram ProcessBoard::*member) const {
  Histogram all;
  for (const ProcessBoard& process : processes)
    if (process.is_finished.load(std::memory_order_acquire)) all.merge(process.*member);
  return all;
}

std::string_view Board::first_of(FirstSentence ProcessBoard::*member) const {
  for (const ProcessBoard& process : processes)
    if (const auto text = (process.*member).text(); !text.empty()) return text;
  return {};
}

}  // namespace belfry::bench
