#include "tools/bench/publisher.hpp"

#include "tools/bench/monotonic.hpp"

namespace belfry::bench {
namespace {

constexpr std::uint64_t kStuck = 5 * kSecond;

}  // namespace

Publisher::Publisher(const TaskContext& context)
    : context_(context),
      board_(context.own_board()),
      flights_(context.board.the_run()),
      protocol_(make_publish_protocol(context.plan)),
      text_(context.plan.size) {}

void Publisher::connect() {
  auto fd = PublishSocket::open(context_.plan);
  if (!fd) return end(fd.error().message);
  socket_.emplace(std::move(*fd), context_.poller);
  socket_->output() += protocol_->greeting();
  flush();
}

void Publisher::begin() {
  const RunBoard& run = context_.board.the_run();
  next_ns_ = last_landed_ns_ = run.begin_ns.load();
  window_end_ns_ = run.window_end_ns.load();
  if (is_open_loop()) interval_ns_ = ns_of(1 / context_.plan.rate);
  is_publishing_ = socket_.has_value();
}

std::uint64_t Publisher::next_due_ns() const { return is_publishing_ ? next_ns_ : kNever; }

void Publisher::turn(std::uint64_t now_ns) {
  if (!socket_) return;
  if (now_ns >= window_end_ns_) stop();
  if (is_publishing_ && is_open_loop()) publish_due(now_ns);
  else if (is_publishing_) publish_while_room(now_ns);
  flush();
}

void Publisher::publish_due(std::uint64_t now_ns) {
  for (; is_publishing_ && next_ns_ <= now_ns; next_ns_ += interval_ns_) publish(next_ns_);
}

// What lands at once, because nobody has subscribed to its channel, does not keep the turn from ending.
void Publisher::publish_while_room(std::uint64_t now_ns) {
  if (next_ns_ != kNever && now_ns < next_ns_) return;
  next_ns_ = kNever;  // from the beginning on, what lands is what wakes us
  give_up_if_stuck(now_ns);
  for (std::uint64_t room = context_.plan.in_flight - in_flight(); is_publishing_ && room > 0; --room) publish(now_ns);
}

void Publisher::give_up_if_stuck(std::uint64_t now_ns) {
  const std::uint64_t landed = flights_.landed();
  if (landed != last_landed_) {
    last_landed_ = landed;
    last_landed_ns_ = now_ns;
  } else if (now_ns - last_landed_ns_ > kStuck && in_flight() > 0) {
    board_.given_up.add(in_flight());
    flights_.give_up(board_.sent.get());
    last_landed_ns_ = now_ns;
  }
}

void Publisher::publish(std::uint64_t intended_ns) {
  const std::uint64_t number = board_.sent.get();
  const std::size_t channel = number % context_.board.channels.count();
  const bool is_answered = protocol_->answers_each();
  if (!is_open_loop()) {
    const auto processes = static_cast<std::int32_t>(context_.board.channels[channel].processes.load());
    flights_.depart(number, processes + (is_answered ? 1 : 0));
  }
  if (is_answered) unanswered_.push_back(number);
  board_.sent.add(1);
  protocol_->append_message(socket_->output(), channel, text_.of({context_.plan.run, number, intended_ns}));
}

void Publisher::flush() {
  if (auto flushed = socket_->flush(); !flushed) end(flushed.error().message);
}

void Publisher::handle(std::uint32_t events) {
  if (!socket_) return;
  if ((events & ~std::uint32_t{EPOLLOUT}) == 0) return;
  auto received = socket_->receive();
  auto taken = received ? protocol_->take(socket_->input(), socket_->output(), *this)
                        : Result<std::size_t>(Unexpected(received.error()));
  if (!taken) return end(taken.error().message);
  socket_->taken(*taken);
}

void Publisher::end(std::string_view sentence) {
  board_.end_of_publishing.set(sentence);
  is_publishing_ = false;
  socket_.reset();
}

std::uint64_t Publisher::take_oldest() {
  if (unanswered_.empty()) return 0;  // the server answers what was not asked; the counts will show it
  const std::uint64_t number = unanswered_.front();
  unanswered_.pop_front();
  return number;
}

void Publisher::on_published() {
  const std::uint64_t number = take_oldest();
  if (!is_open_loop()) flights_.land_part(number);
}

// Nobody waits for it any longer.
void Publisher::on_refused(std::string_view sentence) {
  const std::uint64_t number = take_oldest();
  board_.first_refusal.set(sentence);
  const std::uint64_t refused = board_.refused.get();
  if (refused == kMostRefused) return end(sentence);
  context_.board.the_run().refused[refused] = number;
  board_.refused.add(1);
  if (!is_open_loop()) flights_.land_all(number);
}

}  // namespace belfry::bench
