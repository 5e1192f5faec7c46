#include "worker/bus/redis_connection.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "common/assert.hpp"
#include "common/log.hpp"

namespace belfry::bus {
namespace {

constexpr Milliseconds kFirstRetry{50};
constexpr Milliseconds kLastRetry{2000};
constexpr Milliseconds kAttemptTimeout{4000};  // from connect to the answer to PING
constexpr Milliseconds kSilence{4000};         // nothing is answered for as long, while something waits
constexpr Milliseconds kSilenceCheck{500};
constexpr std::uint64_t kSettledMs = 4000;  // proven for as long: the next failure is a new one

std::string silent_for(Milliseconds time) { return "no answer for " + std::to_string(time.count()) + " ms"; }

template <typename Handle>
RedisConnection* self(const Handle* handle) {
  return static_cast<RedisConnection*>(handle->data);
}

}  // namespace

RedisConnection::RedisConnection(uv_loop_t* loop, const RedisEndpoint& endpoint, std::string_view role, Owner& owner)
    : loop_(loop),
      endpoint_(endpoint),
      role_(role),
      owner_(owner),
      name_lookup_(loop),
      backoff_(kFirstRetry, kLastRetry),
      random_(std::random_device{}()),
      retry_timer_(make_uv_handle<uv_timer_t>(loop, this, uv_timer_init)),
      silence_timer_(make_uv_handle<uv_timer_t>(loop, this, uv_timer_init)) {}

RedisConnection::~RedisConnection() {
  state_ = State::stopped;
  pending_.clear();  // who asked may be gone already
  drop();
}

void RedisConnection::start() {
  BELFRY_ASSERT(state_ == State::stopped);
  uv_timer_start(
      silence_timer_.get(), [](uv_timer_t* timer) noexcept { self(timer)->check_silence(); }, kSilenceCheck.count(),
      kSilenceCheck.count());
  connect();
}

void RedisConnection::connect() {
  const auto give_up = [](uv_timer_t* timer) noexcept { self(timer)->fail(silent_for(kAttemptTimeout)); };
  uv_timer_start(retry_timer_.get(), give_up, kAttemptTimeout.count(), 0);
  if (!endpoint_.unix_path.empty()) adopt(RedisSocket::to_path(loop_, endpoint_.unix_path, *this));
  else if (is_numeric_address(endpoint_.host)) connect_to(endpoint_.host);
  else resolve();
}

void RedisConnection::resolve() {
  state_ = State::resolving;
  name_lookup_.start(endpoint_.host, [this](const std::vector<std::string>& addresses, std::string_view reason) {
    if (state_ != State::resolving) return;
    if (addresses.empty()) return fail("cannot resolve " + endpoint_.host + ": " + std::string(reason));
    connect_to(addresses[next_address_++ % addresses.size()]);
  });
}

void RedisConnection::connect_to(const std::string& address) {
  adopt(RedisSocket::to_address(loop_, address, endpoint_.port, *this));
}

void RedisConnection::adopt(Result<std::unique_ptr<RedisSocket>> socket) {
  state_ = State::connecting;
  if (!socket) return fail(socket.error().message);
  socket_ = std::move(*socket);
}

void RedisConnection::log_in() {
  state_ = State::logging_in;
  std::vector<std::string_view> auth = {"AUTH"};
  if (!endpoint_.user.empty()) auth.push_back(endpoint_.user);
  auth.push_back(endpoint_.password);
  if (!endpoint_.password.empty()) command(auth, [this](Reply reply) { handle_login_reply("AUTH", reply); });
  const std::string database = std::to_string(endpoint_.database);
  const std::string_view select[] = {"SELECT", database};
  if (endpoint_.database != 0) command(select, [this](Reply reply) { handle_login_reply("SELECT", reply); });
  const std::string_view ping[] = {"PING"};
  command(ping, [this](Reply reply) { handle_login_reply("PING", reply); });
}

void RedisConnection::handle_login_reply(std::string_view command, Reply reply) {
  if (reply.is_missing() || state_ != State::logging_in) return;
  if (reply.is_error()) return fail(std::string(command) + ": " + std::string(reply.text()));
  if (command == "PING") become_ready();
}

void RedisConnection::become_ready() {
  state_ = State::ready;
  uv_timer_stop(retry_timer_.get());
  ready_since_ms_ = last_reply_ms_ = uv_now(loop_);
  owner_.on_ready(*this);
}

void RedisConnection::prove() {
  if (!is_ready() || std::exchange(proven_, true)) return;
  reason_.clear();
  logged_reason_.clear();
  log::info("redis connected", {{"role", role_}, {"address", endpoint_.to_string()}});
}

void RedisConnection::flush() {
  if (socket_ != nullptr) socket_->flush();
}

void RedisConnection::pause_reading() {
  if (is_ready()) socket_->pause_reading();
}

void RedisConnection::resume_reading() {
  if (is_ready()) socket_->resume_reading();
}

std::size_t RedisConnection::unsent_bytes() const { return socket_ == nullptr ? 0 : socket_->unsent_bytes(); }

void RedisConnection::command(Arguments arguments, OnReply on_reply) {
  if (state_ != State::ready && state_ != State::logging_in) return on_reply(Reply());
  pending_.push_back({uv_now(loop_), std::move(on_reply)});
  socket_->append(arguments);
}

void RedisConnection::subscription_command(Arguments arguments) {
  if (!is_ready()) return;
  subscribes_ = true;
  socket_->append(arguments);
}

// What answers no command comes of a subscription, or says why there is none.
void RedisConnection::on_reply(Reply reply) {
  last_reply_ms_ = uv_now(loop_);
  if (pending_.empty()) {
    if (reply.is_error()) return fail(std::string(reply.text()));
    return subscribes_ ? owner_.on_push(reply) : fail("an answer to nothing");
  }
  const OnReply on_reply = std::move(pending_.front().on_reply);
  pending_.pop_front();
  on_reply(reply);
}

void RedisConnection::fail(std::string reason) {
  if (state_ == State::stopped || state_ == State::waiting) return;
  const bool was_ready = is_ready();
  if (proven_ && uv_now(loop_) - ready_since_ms_ >= kSettledMs) backoff_.reset();
  proven_ = false;
  reason_ = std::move(reason);
  state_ = State::waiting;
  const Milliseconds wait = backoff_.next(std::uniform_real_distribution<>(0, 1)(random_));
  if (reason_ != logged_reason_)
    log::warning("redis is away", {{"role", role_}, {"address", endpoint_.to_string()}, {"reason", reason_}});
  logged_reason_ = reason_;
  uv_timer_start(
      retry_timer_.get(), [](uv_timer_t* timer) noexcept { self(timer)->connect(); }, wait.count(), 0);
  drop();
  if (was_ready) owner_.on_lost(*this);
}

// Closes the socket and answers all that waits for a reply.
void RedisConnection::drop() {
  socket_.reset();
  for (Pending& lost : std::exchange(pending_, {})) lost.on_reply(Reply());
}

void RedisConnection::check_silence() {
  if (!is_ready() || pending_.empty()) return;
  const std::uint64_t since = std::max(pending_.front().sent_ms, last_reply_ms_);
  if (uv_now(loop_) - since >= static_cast<std::uint64_t>(kSilence.count())) fail(silent_for(kSilence));
}

}  // namespace belfry::bus
