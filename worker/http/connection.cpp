#include "worker/http/connection.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "worker/http/head_parser.hpp"
#include "worker/http/policy.hpp"
#include "worker/net/reactor.hpp"

namespace belfry::http {
namespace {

constexpr net::Tick kKeepAlive = net::ticks(Seconds(75));  // between the requests of one connection

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

Connection::Connection(net::Reactor& reactor, UniqueFd fd, const Router& router, Milliseconds request_timeout)
    : Stream(reactor, std::move(fd)),
      router_(router),
      request_timeout_(net::ticks(request_timeout)),
      deadline_(reactor.now() + request_timeout_) {
  wake_at(deadline_);
}

void Connection::on_bytes(std::span<const std::uint8_t> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (pending_.empty()) return consume(text);
  pending_.append(text);
  consume(std::exchange(pending_, {}));
}

// Takes requests off `bytes` until they are used up, or the connection is somebody else's, or a request waits.
void Connection::consume(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t used = consume_head(bytes);
    if (used == 0) return;
    bytes.remove_prefix(used);
  }
}

// Returns how many bytes a request took; 0 when there is nothing more to do with the rest.
std::size_t Connection::consume_head(std::string_view bytes) {
  switch (scanner_.scan(bytes_of(bytes))) {
    case HeadScanner::Verdict::malformed:
      refuse({400, "malformed request: " + std::string(scanner_.reason()), ""});
      return 0;
    case HeadScanner::Verdict::too_large: refuse({431, "the request head is larger than 16 KiB", ""}); return 0;
    case HeadScanner::Verdict::need_more:
      deadline_ = std::min(deadline_, reactor().now() + request_timeout_);
      wake_at(deadline_);
      pending_.assign(bytes);
      return 0;
    case HeadScanner::Verdict::complete: break;
  }
  const std::size_t size = scanner_.head_size();
  const Handled handled = handle_head(bytes.substr(0, size));
  if (handled.how != Handled::How::waiting) ++reactor().counters().requests;
  switch (handled.how) {
    case Handled::How::waiting:
      pause_reading();
      pending_.assign(bytes);
      deadline_ = net::kNever;
      return 0;
    case Handled::How::taken_over:
      if (size < bytes.size()) handled.successor->receive(bytes_of(bytes.substr(size)));
      return 0;
    case Handled::How::responded: break;
  }
  expect_next_head();
  return keep_alive_ && !is_closed() ? size : 0;
}

Handled Connection::handle_head(std::string_view head) {
  keep_alive_ = false;
  head_only_ = head.starts_with("HEAD ");
  if (auto refusal = check_raw_head(head)) return refuse(*refusal), Handled{};
  auto parsed = parse_head(head);
  if (const auto* refusal = std::get_if<Refusal>(&parsed)) return refuse(*refusal), Handled{};
  const Request& request = std::get<Request>(parsed);
  if (auto refusal = check_policy(request)) return refuse(*refusal), Handled{};
  Handler* handler = router_.find(request.path);
  if (handler == nullptr) return refuse({404, "nothing is served at this path", ""}), Handled{};
  const auto length = request.field("content-length");
  if (length && length->find_first_not_of('0') != std::string_view::npos)
    return refuse({413, "no body is taken at this path", ""}), Handled{};
  keep_alive_ = request.keep_alive();
  const Handled handled = handler->handle(request, *this);
  if (handled.how == Handled::How::waiting) waiting_for_ = handler;
  return handled;
}

void Connection::respond(const Response& response) {
  send(encode(response, {.keep_alive = keep_alive_, .head_only = head_only_}));
  if (!keep_alive_) finish();
}

void Connection::refuse(const Refusal& refusal) {
  keep_alive_ = false;
  respond(to_response(refusal));
}

void Connection::retry() {
  waiting_for_ = nullptr;
  scanner_ = {};
  resume_reading();
  consume(std::exchange(pending_, {}));
}

void Connection::expect_next_head() {
  scanner_ = {};
  deadline_ = reactor().now() + kKeepAlive;
  wake_at(deadline_);
}

void Connection::on_flushed() {
  if (waiting_for_ == nullptr) resume_reading();
}

void Connection::on_deadline(net::Tick now) {
  if (deadline_ == net::kNever) return;
  if (now < deadline_) return wake_at(deadline_);
  if (pending_.empty()) return finish();
  head_only_ = false;
  refuse({408, "the request head did not come in time", ""});
}

void Connection::on_stop() {
  if (waiting_for_ == nullptr) return finish();
  std::exchange(waiting_for_, nullptr)->forget(*this);
  refuse({503, "the server is stopping", ""});
}

void Connection::on_closed() {
  if (waiting_for_ != nullptr) waiting_for_->forget(*this);
}

}  // namespace belfry::http
