#include "worker/net/reactor.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <utility>

#include "common/assert.hpp"

namespace belfry::net {
namespace {

constexpr int kEventsAtOnce = 512;
constexpr std::uint64_t kSliceNs = 3'000'000;  // of one kind of work; then other events have their turn
constexpr int kEventsBetweenClockReads = 4;    // one may be a TLS handshake, of half a millisecond
constexpr std::size_t kBatch = 256;            // connections that send at once
constexpr std::size_t kBatchBytes = 256 * 1024;
constexpr std::size_t kBatchParts = 4096;
constexpr std::size_t kMostParts = 64;  // of one connection
constexpr std::size_t kMostMeasured = 4096;

template <typename Handle>
Reactor* self(const Handle* handle) {
  return static_cast<Reactor*>(handle->data);
}

}  // namespace

Reactor::Reactor(uv_loop_t* loop, Counters& counters, std::unique_ptr<SendEngine> engine)
    : loop_(loop),
      counters_(counters),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      began_ms_(uv_now(loop)),
      read_buffer_(std::make_unique<std::uint8_t[]>(kReadBufferSize + kReadPadding)),
      engine_(std::move(engine)),
      batch_(kBatch),
      parts_(kBatchParts),
      poll_(make_uv_handle<uv_poll_t>(loop, this, uv_poll_init, epoll_.get())),
      tick_timer_(make_uv_handle<uv_timer_t>(loop, this, uv_timer_init)),
      before_poll_(make_uv_handle<uv_prepare_t>(loop, this, uv_prepare_init)),
      more_to_flush_(make_uv_handle<uv_idle_t>(loop, this, uv_idle_init)) {
  uv_poll_start(poll_.get(), UV_READABLE, [](uv_poll_t* h, int, int) noexcept { self(h)->handle_ready(); });
  uv_timer_start(
      tick_timer_.get(), [](uv_timer_t* h) noexcept { self(h)->handle_tick(); }, kTickLength.count(),
      kTickLength.count());
  uv_prepare_start(before_poll_.get(), [](uv_prepare_t* h) noexcept { self(h)->end_of_turn(); });
}

Reactor::~Reactor() {
  for (const std::unique_ptr<Stream>& stream : streams_)
    if (stream != nullptr) stream->fd_.reset();
}

std::span<std::uint8_t> Reactor::plain_buffer() {
  if (plain_buffer_ == nullptr) plain_buffer_ = std::make_unique<std::uint8_t[]>(kPlainBufferSize + kReadPadding);
  return {plain_buffer_.get(), kPlainBufferSize};
}

void Reactor::account(MemoryAccount& account) const {
  for (const std::unique_ptr<Stream>& stream : streams_)
    if (stream != nullptr) stream->account(account);
  wheel_.account(account);
  account.add(MemoryKind::tables, MemoryAccount::heap_of(streams_) + MemoryAccount::heap_of(to_flush_) +
                                      MemoryAccount::heap_of(graveyard_));
}

Stream& Reactor::adopt(std::unique_ptr<Stream> stream) {
  Stream& adopted = *stream;
  control(EPOLL_CTL_ADD, adopted.fd(), EPOLLIN);
  store(std::move(stream));
  return adopted;
}

Stream& Reactor::adopt_successor(std::unique_ptr<Stream> stream) {
  Stream& adopted = *stream;
  store(std::move(stream));
  if (adopted.has_unsent()) flush_later(adopted);
  return adopted;
}

void Reactor::store(std::unique_ptr<Stream> stream) {
  const auto fd = static_cast<std::size_t>(stream->fd());
  if (fd >= streams_.size()) streams_.resize(std::max(fd + 1, streams_.size() * 2));
  BELFRY_ASSERT(streams_[fd] == nullptr);
  streams_[fd] = std::move(stream);
  ++stream_count_;
}

Stream* Reactor::next_client(std::size_t& from) {
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    if (from >= streams_.size()) from = 0;
    Stream* stream = streams_[from++].get();
    if (stream != nullptr && stream->is_client()) return stream;
  }
  return nullptr;
}

void Reactor::add(Listening& listening) {
  listening_.push_back(&listening);
  control(EPOLL_CTL_ADD, listening.listener_fd(), EPOLLIN);
}

void Reactor::set_listening_interest(Listening& listening, bool wanted) {
  control(EPOLL_CTL_MOD, listening.listener_fd(), wanted ? EPOLLIN : 0u);
}

void Reactor::set_interest(int fd, std::uint32_t events) { control(EPOLL_CTL_MOD, fd, events); }

void Reactor::control(int operation, int fd, std::uint32_t events) {
  epoll_event event = {};
  event.events = events;
  event.data.fd = fd;
  const int status = ::epoll_ctl(epoll_.get(), operation, fd, &event);
  BELFRY_ASSERT(status == 0);
}

// One slice of one batch a turn: what is left is still ready then, and the kernel gives it behind the others.
void Reactor::handle_ready() {
  std::array<epoll_event, kEventsAtOnce> events;
  const int count = ::epoll_wait(epoll_.get(), events.data(), kEventsAtOnce, 0);
  const std::uint64_t until = uv_hrtime() + kSliceNs;
  for (int i = 0; i < count; ++i) {
    dispatch(events[i].data.fd, events[i].events);
    if (i % kEventsBetweenClockReads == 0 && uv_hrtime() > until) return;
  }
}

// A descriptor closed earlier in this batch and taken by a new stream may get the old one's event: it then reads
// EAGAIN.
void Reactor::dispatch(int fd, std::uint32_t events) {
  const auto index = static_cast<std::size_t>(fd);
  if (index < streams_.size() && streams_[index] != nullptr) return streams_[index]->handle_events(events);
  for (Listening* listening : listening_)
    if (listening->listener_fd() == fd) return listening->on_connections();
}

void Reactor::handle_tick() {
  now_ = static_cast<Tick>((uv_now(loop_) - began_ms_) / static_cast<std::uint64_t>(kTickLength.count()));
  wheel_.advance(now_, [this](int fd, Tick tick) {
    const auto index = static_cast<std::size_t>(fd);
    if (index >= streams_.size() || streams_[index] == nullptr) return;
    if (streams_[index]->wheel_tick_ == tick) streams_[index]->handle_deadline(now_);
  });
}

void Reactor::flush_later(Stream& stream) {
  if (stream.in_flush_list_) return;
  stream.in_flush_list_ = true;
  to_flush_.push_back(&stream);
  ++ever_queued_;
}

void Reactor::measure_flush(std::uint64_t since_ns) {
  if (to_measure_.size() < kMostMeasured) to_measure_.push_back({ever_queued_, since_ns});
}

void Reactor::retire(Stream& stream) {
  std::unique_ptr<Stream>& place = streams_[static_cast<std::size_t>(stream.fd())];
  BELFRY_ASSERT(place.get() == &stream);
  graveyard_.push_back(std::move(place));
  --stream_count_;
}

void Reactor::end_of_turn() {
  flush_slice();
  record_flushes();
  bury();
  const bool more = flushed_ < to_flush_.size();
  if (more) uv_idle_start(more_to_flush_.get(), [](uv_idle_t*) noexcept {});
  else uv_idle_stop(more_to_flush_.get());
}

void Reactor::flush_slice() {
  if (to_flush_.empty()) return;
  const std::uint64_t until = uv_hrtime() + kSliceNs;
  do flush_batch();
  while (flushed_ < to_flush_.size() && uv_hrtime() < until);
  if (flushed_ == to_flush_.size()) {
    to_flush_.clear();
    flushed_ = 0;
  } else if (flushed_ * 2 >= to_flush_.size()) {  // streams at the front come again before the end is reached
    to_flush_.erase(to_flush_.begin(), to_flush_.begin() + static_cast<std::ptrdiff_t>(flushed_));
    flushed_ = 0;
  }
}

void Reactor::record_flushes() {
  if (to_measure_.empty()) return;
  const std::uint64_t done = ever_queued_ - (to_flush_.size() - flushed_), now = uv_hrtime();
  for (; !to_measure_.empty() && to_measure_.front().up_to <= done; to_measure_.pop_front())
    counters_.broadcast_latency.record(now - std::min(now, to_measure_.front().since_ns));
}

void Reactor::flush_batch() {
  std::size_t count = 0, bytes = 0;
  std::span<iovec> room = parts_;
  while (flushed_ < to_flush_.size() && count < kBatch && bytes < kBatchBytes && room.size() >= kMostParts) {
    Stream& stream = *to_flush_[flushed_++];
    stream.in_flush_list_ = false;
    Outgoing& outgoing = batch_[count];
    if (!stream.gather(outgoing, room.first(kMostParts))) continue;
    ++count;
    bytes += outgoing.bytes;
    room = room.subspan(outgoing.parts.size());
  }
  const std::span<Outgoing> batch(batch_.data(), count);
  engine_->send(batch);
  for (const Outgoing& outgoing : batch) outgoing.stream->consume(outgoing);
  for (const Outgoing& outgoing : batch) outgoing.stream->conclude(outgoing);
}

// A closed stream that still stands in the flush list waits for its turn there.
void Reactor::bury() {
  std::vector<std::unique_ptr<Stream>> dead = std::exchange(graveyard_, {});
  for (std::unique_ptr<Stream>& stream : dead)
    if (stream->in_flush_list_) graveyard_.push_back(std::move(stream));
}

}  // namespace belfry::net
