#include "worker/http/connection.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "worker/http/forwarded.hpp"
#include "worker/http/head_parser.hpp"
#include "worker/http/policy.hpp"
#include "worker/http/proxy_header.hpp"
#include "worker/net/reactor.hpp"

namespace belfry::http {
namespace {

constexpr net::Tick kStopGrace = net::ticks(Seconds(1));   // for a first request that is on its way
constexpr net::Tick kKeepAlive = net::ticks(Seconds(75));  // between the requests of one connection

const Refusal kStopping = {503, "the server is stopping", ""};
const Refusal kDraining = {503, "the server is draining: it takes no new clients", ""};

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

belfry::Refusal reason_of(const Refusal& refusal) {
  if (refusal.status == 403) return belfry::Refusal::origin;
  return refusal.status == 503 ? belfry::Refusal::leaving : belfry::Refusal::bad_request;
}

}  // namespace

Connection::Connection(net::Reactor& reactor, UniqueFd fd, std::unique_ptr<net::TlsSession> tls, const Router& router,
                       Proxies& proxies, Milliseconds request_timeout)
    : Stream(reactor, std::move(fd), std::move(tls)),
      router_(router),
      proxies_(proxies),
      request_timeout_(net::ticks(request_timeout)),
      deadline_(reactor.now() + request_timeout_),
      at_start_(!has_tls()) {
  wake_at(deadline_);
}

void Connection::on_bytes(std::span<const std::uint8_t> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (!pending_.empty()) pending_.append(text);
  if (waiting_size_ != 0) return pause_reading();  // it is not told to wait before it has more to say: few have
  if (!pending_.empty()) return consume_pending();
  const std::size_t used = consume(text);
  if (used < text.size()) pending_.assign(text.substr(used));
}

void Connection::account(MemoryAccount& account) const {
  Stream::account(account);
  account.add(MemoryKind::connections, MemoryAccount::heap_of(pending_));
}

void Connection::consume_pending() {
  std::string bytes = std::exchange(pending_, {});
  bytes.erase(0, consume(bytes));
  pending_ = std::move(bytes);
}

// Takes requests off `bytes` until they are used up, or one is incomplete, or waits, or the connection is somebody
// else's. Returns how many bytes are done with.
std::size_t Connection::consume(std::string_view bytes) {
  std::size_t used = 0;
  while (used < bytes.size()) {
    const std::size_t size = consume_next(bytes.substr(used));
    if (size == 0) break;
    used += size;
  }
  return is_over() ? bytes.size() : used;
}

// Returns how many bytes were taken; 0 when nothing more can be done now.
std::size_t Connection::consume_next(std::string_view bytes) {
  if (at_start_)
    if (const std::size_t size = consume_proxy_header(bytes); at_start_ || size != 0) return size;
  return consume_request(bytes);
}

// Without one, or when it is through, this is the start no longer.
std::size_t Connection::consume_proxy_header(std::string_view bytes) {
  using Verdict = ProxyHeader::Verdict;
  const ProxyHeader header = parse_proxy_header(bytes_of(bytes));
  if (header.verdict == Verdict::not_one) return at_start_ = false, 0;
  if (header.verdict == Verdict::undecided) return expect_input(), 0;
  if (!proxies_.trusts(peer())) return refuse_proxy_header("the peer is not in trusted_proxies"), 0;
  if (header.verdict == Verdict::malformed) return refuse_proxy_header(std::string(header.reason)), 0;
  if (header.verdict == Verdict::incomplete) return expect_input(), 0;
  if (!header.client.is_none()) peer_ = header.client;
  else may_forward_ = !header.for_somebody;  // what it passes on is the client's own
  at_start_ = false;
  return header.size;
}

void Connection::refuse_proxy_header(const std::string& reason) {
  proxies_.complain(peer(), reason, reactor().now());
  refuse({400, "PROXY header: " + reason, ""});
}

std::size_t Connection::consume_request(std::string_view bytes) {
  if (!head_is_complete(bytes)) return 0;
  const std::size_t head_size = scanner_.head_size();
  std::optional<Request> request = accept_head(bytes.substr(0, head_size));
  if (!request || !body_is_complete(*request, bytes.substr(head_size))) return 0;
  request->body = bytes.substr(head_size, body_size_);
  const std::size_t size = head_size + body_size_;
  keep_alive_ = request->keep_alive() && router_.leaving() == Leaving::no;
  const Handled handled = handler_->handle(*request, *this);
  switch (handled.how) {
    case Handled::How::waiting:
      waiting_size_ = size;
      deadline_ = net::kNever;
      return 0;
    case Handled::How::taken_over:
      ++handled.successor->reactor().counters().requests;
      if (size < bytes.size()) handled.successor->receive(bytes_of(bytes.substr(size)));
      return 0;
    case Handled::How::responded: break;
  }
  expect_next_request();
  return is_over() ? 0 : size;
}

bool Connection::head_is_complete(std::string_view bytes) {
  switch (scanner_.scan(bytes_of(bytes))) {
    case HeadScanner::Verdict::malformed:
      refuse({400, "malformed request: " + std::string(scanner_.reason()), ""});
      return false;
    case HeadScanner::Verdict::too_large: refuse({431, "the request head is larger than 16 KiB", ""}); return false;
    case HeadScanner::Verdict::need_more: expect_input(); return false;
    case HeadScanner::Verdict::complete: break;
  }
  return true;
}

std::optional<Request> Connection::accept_head(std::string_view head) {
  head_only_ = head.starts_with("HEAD ");
  if (auto refusal = check_raw_head(head)) return refuse(*refusal), std::nullopt;
  auto parsed = parse_head(head);
  if (const auto* refusal = std::get_if<Refusal>(&parsed)) return refuse(*refusal), std::nullopt;
  Request& request = std::get<Request>(parsed);
  if (auto refusal = check_policy(request)) return refuse(*refusal), std::nullopt;
  if (stopping_) return refuse(kStopping), std::nullopt;
  if (router_.leaving() == Leaving::now && request.field("upgrade")) return refuse(kDraining), std::nullopt;
  const Router::Route route = router_.find(request.path);
  if (route.handler == nullptr) return refuse({404, "nothing is served at this path", ""}), std::nullopt;
  handler_ = route.handler;
  request.rest = route.rest;
  return request;
}

// RFC 9110, section 10.1.1: who expects 100 Continue gets it when the body is wanted and has not begun.
bool Connection::body_is_complete(const Request& request, std::string_view behind_head) {
  const std::optional<std::uint64_t> length = content_length(request);
  if (!length || *length > handler_->max_body())
    return refuse({413, "the body is larger than what is taken at this path", ""}), false;
  body_size_ = static_cast<std::size_t>(*length);
  if (behind_head.size() >= body_size_) return true;
  if (behind_head.empty() && request.field("expect") && !std::exchange(continue_sent_, true))
    send(net::SharedBytes::copy_of("HTTP/1.1 100 Continue\r\n\r\n"));
  deadline_ = net::kNever;  // the head has come; from here each piece has its time
  expect_input();
  return false;
}

void Connection::respond(const Response& response) {
  ++reactor().counters().requests;
  count_answer(response);
  send(encode(response, {.keep_alive = keep_alive_, .head_only = head_only_}));
  const std::size_t answered = std::exchange(waiting_size_, 0);
  if (!keep_alive_) return finish();
  if (answered == 0) return;
  pending_.erase(0, answered);
  expect_next_request();
  resume_reading();
  consume_pending();
}

void Connection::count_answer(const Response& response) {
  AppCounters* app = std::exchange(counted_for_, nullptr);
  if (app == nullptr) return;
  ++app->api_calls;
  app->api_bytes_in += body_size_;
  app->api_bytes_out += response.body.size();
}

void Connection::refuse(const Refusal& refusal) {
  reactor().counters().refused(reason_of(refusal));
  keep_alive_ = false;
  respond(to_response(refusal));
}

IpAddress Connection::client_address(const Request& request) {
  if (proxies_.are_none() || !may_forward_) return peer();
  return client_behind(peer(), request, [this](const IpAddress& address) { return proxies_.trusts(address); });
}

const IpAddress& Connection::peer() {
  if (peer_.is_none()) peer_ = peer_address();
  return peer_;
}

void Connection::retry() {
  waiting_size_ = 0;
  resume_reading();
  consume_pending();
}

// No later than it was, where a time was running already.
void Connection::expect_input() {
  deadline_ = std::min(deadline_, reactor().now() + request_timeout_);
  wake_at(deadline_);
}

void Connection::expect_next_request() {
  answered_ = true;
  scanner_ = {};
  continue_sent_ = false;
  deadline_ = reactor().now() + kKeepAlive;
  wake_at(deadline_);
}

void Connection::on_flushed() {
  if (waiting_size_ == 0) resume_reading();
}

void Connection::on_deadline(net::Tick now) {
  if (deadline_ == net::kNever) return;
  if (now < deadline_) return wake_at(deadline_);
  if (pending_.empty()) return finish();
  head_only_ = false;
  refuse({408, "the request did not come in time", ""});
}

// A connection whose request may be on its way gets an answer to it.
void Connection::on_stop() {
  if (waiting_size_ != 0) {
    handler_->forget(*this);
    return refuse(kStopping);
  }
  if (answered_) return finish();
  stopping_ = true;
  deadline_ = std::min(deadline_, reactor().now() + kStopGrace);
  wake_at(deadline_);
}

// Who has said all still hears the answers: on_flushed() reads on.
void Connection::on_end_of_input() {
  if (waiting_size_ != 0 || has_unsent()) pause_reading();
  else abandon();
}

void Connection::on_http_without_tls() {
  refuse({400, "TLS is spoken at this address: https:// and wss:// go there, http:// and ws:// do not", ""});
}

void Connection::on_closed() {
  if (waiting_size_ != 0) handler_->forget(*this);
}

}  // namespace belfry::http
