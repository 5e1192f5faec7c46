#include "common/counter_page.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <type_traits>

#include "common/fnv1a.hpp"

namespace belfry {
namespace {

// What the other process may write meanwhile, number by number.
template <typename T>
T read_shared(const T& shared) {
  static_assert(std::is_trivially_copyable_v<T> && alignof(T) == alignof(std::uint64_t));
  T copy;
  const auto* from = reinterpret_cast<const std::uint64_t*>(&shared);
  auto* to = reinterpret_cast<std::uint64_t*>(&copy);
  for (std::size_t i = 0; i < sizeof(T) / sizeof(std::uint64_t); ++i)
    to[i] = __atomic_load_n(from + i, __ATOMIC_RELAXED);
  return copy;
}

void add(Histogram& sum, const Histogram& more) {
  for (std::size_t i = 0; i < std::size(sum.buckets); ++i) sum.buckets[i] += more.buckets[i];
  sum.sum_ns += more.sum_ns;
}

}  // namespace

std::uint64_t app_counter_key(std::string_view id) {
  return fnv1a(id) | 1;  // of two builds, after an upgrade of the workers
}

void add_counters(Counters& sum, const Counters& more) {
  for (const CounterRow& row : kCounterRows)
    if (row.type == CounterType::counter) sum.*row.field += more.*row.field;
  for (std::size_t i = 0; i < std::size(sum.refusals); ++i) sum.refusals[i] += more.refusals[i];
  for (const HistogramRow& row : kHistogramRows) add(sum.*row.field, more.*row.field);
}

void add_counters(AppCounters& sum, const AppCounters& more) {
  for (const AppCounterRow& row : kAppCounterRows)
    if (row.type == CounterType::counter) sum.*row.field += more.*row.field;
}

Result<UniqueFd> MappedCounters::make() {
  UniqueFd fd(::memfd_create("belfry-counters", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd || ::ftruncate(fd.get(), sizeof(CounterPage)) != 0) return Unexpected(errno_error("memfd of the counters"));
  constexpr int kSeals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
  if (::fcntl(fd.get(), F_ADD_SEALS, kSeals) < 0) return Unexpected(errno_error("memfd of the counters: seal"));
  return fd;
}

Result<MappedCounters> MappedCounters::map(int fd) {
  struct stat file = {};
  if (::fstat(fd, &file) != 0) return Unexpected(errno_error("memfd of the counters: size"));
  if (file.st_size != sizeof(CounterPage)) return Unexpected("the page of the counters is that of another version");
  void* page = ::mmap(nullptr, sizeof(CounterPage), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (page == MAP_FAILED) return Unexpected(errno_error("mmap of the counters"));
  return MappedCounters(static_cast<CounterPage*>(page));
}

AppCounters& MappedCounters::of_app(std::string_view id) {
  const std::uint64_t key = app_counter_key(id);
  for (CounterPage::App& app : page_->apps) {
    if (app.key == 0) app.key = key;
    if (app.key == key) return app.counters;
  }
  return unread_;
}

Counters MappedCounters::read() const { return read_shared(page_->counters); }

CounterPage::App MappedCounters::read(const CounterPage::App& app) { return read_shared(app); }

void MappedCounters::Unmap::operator()(CounterPage* page) const { ::munmap(page, sizeof(CounterPage)); }

}  // namespace belfry
