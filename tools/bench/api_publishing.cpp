#include "tools/bench/api_publishing.hpp"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <optional>

#include "common/clock.hpp"
#include "tools/message_line.hpp"
#include "tools/signed_event.hpp"
#include "tools/upgrade_request.hpp"

namespace belfry::bench {
namespace {

constexpr std::string_view kStatusLine = "HTTP/1.1 ";
constexpr std::string_view kContentLength = "Content-Length";

struct HttpHead {
  std::size_t size = 0;
  unsigned status = 0;
  std::size_t body_size = 0;
};

unsigned long number_in(std::string_view text) {
  unsigned long number = 0;
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// nullopt: it has no length, which ends what can be done on the connection.
std::optional<std::size_t> length_in(std::string_view head) {
  while (!head.empty()) {
    const std::string_view line = head.substr(0, head.find("\r\n"));
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos && tools::same_name(line.substr(0, colon), kContentLength))
      return number_in(line.substr(colon + 1));
    head.remove_prefix(std::min(line.size() + 2, head.size()));
  }
  return std::nullopt;
}

Result<std::optional<HttpHead>> parse_head(std::string_view in) {
  const std::size_t end = in.find("\r\n\r\n");
  if (end == std::string_view::npos) return std::optional<HttpHead>();
  const std::string_view head = in.substr(0, end + 2);
  const auto length = length_in(head);
  if (!head.starts_with(kStatusLine) || !length)
    return Unexpected("the HTTP API answers without a length: " +
                      tools::printable_line(head.substr(0, head.find('\r'))));
  return std::optional(HttpHead{end + 4, static_cast<unsigned>(number_in(head.substr(kStatusLine.size()))), *length});
}

}  // namespace

ApiPublishing::ApiPublishing(const Plan& plan) : plan_(plan) {
  const std::string& prefix = plan.target.publish_url.target;
  path_ = prefix.substr(0, prefix.find_last_not_of('/') + 1) + "/apps/" + plan.target.app.id + "/events";
  head_ = " HTTP/1.1\r\nHost: " + plan.target.publish_url.authority() +
          "\r\nContent-Type: application/json\r\nContent-Length: ";
}

void ApiPublishing::append_message(std::string& out, std::size_t channel, std::string_view data) {
  const std::string body = tools::event_body({"bench", {plan_.channels[channel]}, std::string(data), ""});
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const std::string target =
      tools::signed_target(path_, plan_.target.app, body, std::chrono::duration_cast<Seconds>(now).count());
  fmt::format_to(std::back_inserter(out), "POST {}{}{}\r\n\r\n{}", target, head_, body.size(), body);
}

Result<std::size_t> ApiPublishing::take(std::string_view in, std::string&, Answers& answers) {
  std::size_t taken = 0;
  for (;;) {
    const std::string_view rest = in.substr(taken);
    auto head = parse_head(rest);
    if (!head) return Unexpected(head.error());
    if (!*head || rest.size() - (*head)->size < (*head)->body_size) return taken;
    taken += (*head)->size + (*head)->body_size;
    if ((*head)->status == 200) answers.on_published();
    else
      answers.on_refused(
          fmt::format("{} {}", (*head)->status, tools::printable_line(rest.substr((*head)->size, (*head)->body_size))));
  }
}

}  // namespace belfry::bench
