#include "worker/bus/redis_connection.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "common/assert.hpp"
#include "common/log.hpp"
#include "worker/bus/redis_uv_adapter.hpp"

namespace belfry::bus {
namespace {

constexpr Milliseconds kFirstRetry{50};
constexpr Milliseconds kLastRetry{2000};
constexpr Milliseconds kAttemptTimeout{4000};  // from connect to the answer to PING
constexpr Milliseconds kSilence{4000};         // nothing is answered for as long, while something waits
constexpr Milliseconds kSilenceCheck{500};

std::string silent_for(Milliseconds time) { return "no answer for " + std::to_string(time.count()) + " ms"; }

template <typename Handle>
RedisConnection* self(const Handle* handle) {
  return static_cast<RedisConnection*>(handle->data);
}

}  // namespace

RedisConnection::RedisConnection(uv_loop_t* loop, const RedisEndpoint& endpoint, std::string_view role,
                                 Listener& listener)
    : loop_(loop),
      endpoint_(endpoint),
      role_(role),
      listener_(listener),
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
  if (!endpoint_.unix_path.empty()) adopt(redisAsyncConnectUnix(endpoint_.unix_path.c_str()));
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
  adopt(redisAsyncConnect(address.c_str(), endpoint_.port));
}

void RedisConnection::adopt(redisAsyncContext* context) {
  state_ = State::connecting;
  BELFRY_ASSERT(context != nullptr);
  if (context->err != 0) {  // known at once (no such Unix socket): hiredis then calls nobody back
    const std::string reason = context->errstr;
    redisAsyncFree(context);
    return fail(reason);
  }
  context_ = context;
  context_->data = this;
  if (auto attached = attach_to_loop(context_, loop_); !attached) return fail(attached.error().message);
  redisAsyncSetConnectCallback(context_, [](const redisAsyncContext* connecting, int status) noexcept {
    if (connecting->data != nullptr) self(connecting)->handle_connected(status);
  });
  redisAsyncSetDisconnectCallback(context_, [](const redisAsyncContext* lost, int) noexcept {
    if (lost->data != nullptr) self(lost)->handle_disconnected();
  });
}

void RedisConnection::handle_connected(int status) {
  if (status == REDIS_OK) return log_in();
  const std::string reason = context_->errstr;
  context_ = nullptr;  // hiredis frees it when this returns
  fail(reason);
}

void RedisConnection::handle_disconnected() {
  const std::string reason = context_->errstr[0] != '\0' ? context_->errstr : "connection closed";
  context_ = nullptr;  // hiredis frees it when this returns
  fail(reason);
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
  last_reply_ms_ = uv_now(loop_);
  listener_.on_ready(*this);
}

void RedisConnection::prove() {
  if (!is_ready() || std::exchange(proven_, true)) return;
  backoff_.reset();
  reason_.clear();
  logged_reason_.clear();
  log::info("redis connected", {{"role", role_}, {"address", endpoint_.to_string()}});
}

void RedisConnection::flush() {
  if (context_ != nullptr) write_to_redis(context_);
}

// hiredis asks to read again after each read, before it calls anybody: so this holds.
void RedisConnection::pause_reading() {
  if (context_ != nullptr) context_->ev.delRead(context_->ev.data);
}

void RedisConnection::resume_reading() {
  if (context_ != nullptr) context_->ev.addRead(context_->ev.data);
}

std::size_t RedisConnection::unsent_bytes() const { return context_ == nullptr ? 0 : sdslen(context_->c.obuf); }

void RedisConnection::command(Arguments arguments, OnReply on_reply) {
  if (context_ == nullptr || (state_ != State::ready && state_ != State::logging_in)) return on_reply(Reply());
  pending_.push_back({uv_now(loop_), std::move(on_reply)});
  send(arguments, [](redisAsyncContext* context, void* reply, void*) noexcept {
    if (context->data != nullptr && reply != nullptr)
      self(context)->handle_reply(Reply(static_cast<redisReply*>(reply)));
  });
}

void RedisConnection::subscription_command(Arguments arguments) {
  if (!is_ready()) return;
  send(arguments, [](redisAsyncContext* context, void* reply, void*) noexcept {
    if (context->data != nullptr && reply != nullptr)
      self(context)->listener_.on_push(Reply(static_cast<redisReply*>(reply)));
  });
}

void RedisConnection::send(Arguments arguments, redisCallbackFn* on_reply) {
  std::vector<const char*> texts;
  std::vector<std::size_t> sizes;
  for (const std::string_view argument : arguments) {
    texts.push_back(argument.data());
    sizes.push_back(argument.size());
  }
  redisAsyncCommandArgv(context_, on_reply, nullptr, static_cast<int>(texts.size()), texts.data(), sizes.data());
}

void RedisConnection::handle_reply(Reply reply) {
  BELFRY_ASSERT(!pending_.empty());
  const OnReply on_reply = std::move(pending_.front().on_reply);
  pending_.pop_front();
  last_reply_ms_ = uv_now(loop_);
  on_reply(reply);
}

void RedisConnection::fail(std::string reason) {
  if (state_ == State::stopped || state_ == State::waiting) return;
  const bool was_ready = is_ready();
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
  if (was_ready) listener_.on_lost(*this);
}

// Frees the context and answers all that waits for a reply.
void RedisConnection::drop() {
  if (redisAsyncContext* context = std::exchange(context_, nullptr)) {
    context->data = nullptr;
    redisAsyncFree(context);
  }
  for (Pending& lost : std::exchange(pending_, {})) lost.on_reply(Reply());
}

void RedisConnection::check_silence() {
  if (!is_ready() || pending_.empty()) return;
  const std::uint64_t since = std::max(pending_.front().sent_ms, last_reply_ms_);
  if (uv_now(loop_) - since >= static_cast<std::uint64_t>(kSilence.count())) fail(silent_for(kSilence));
}

}  // namespace belfry::bus
