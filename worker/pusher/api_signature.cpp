#include "worker/pusher/api_signature.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <vector>

#include "common/random.hpp"

namespace belfry::pusher {
namespace {

constexpr std::int64_t kWindow = 600;  // seconds
constexpr std::size_t kMaxShown = 400;

using Parameter = http::Query::Parameter;
using Texts = std::vector<std::string>;

ApiRefusal unauthorized(std::string reason) { return {401, std::move(reason)}; }

// What an app's secret has no part in. Its answers therefore tell nothing about apps.
std::optional<ApiRefusal> check_parameters(const http::Query& query, std::string_view body, std::int64_t now) {
  for (const std::string_view name : {"auth_key", "auth_timestamp", "auth_version", "auth_signature"})
    if (!query.get(name)) return unauthorized(fmt::format("the query parameter {} is missing", name));
  if (query.get("auth_version") != "1.0") return unauthorized("auth_version is not 1.0");

  const std::string_view timestamp = *query.get("auth_timestamp");
  std::int64_t time = 0;
  const auto [end, error] = std::from_chars(timestamp.data(), timestamp.data() + timestamp.size(), time);
  if (timestamp.starts_with('-') || error != std::errc{} || end != timestamp.data() + timestamp.size())
    return unauthorized("auth_timestamp is not a number of seconds since 1970");
  const std::int64_t late = now - time;
  if (late > kWindow || late < -kWindow)
    return unauthorized(fmt::format("auth_timestamp {} is {} s {} the server's time {}, and {} s are allowed", time,
                                    late > 0 ? late : -late, late > 0 ? "behind" : "ahead of", now, kWindow));

  const auto md5 = query.get("body_md5");
  if (!md5 && !body.empty()) return unauthorized("the query parameter body_md5 is missing, and the body is not empty");
  if (md5 && !equal_in_constant_time(*md5, md5_hex(body)))
    return unauthorized("body_md5 is not the MD5 of the body that came, in lower-case hex");
  return std::nullopt;
}

// How SDKs differ. Values are signed as they are, but on the way a space is %20 (PHP, Node) or + (Go, whose own + is
// %2B), while Node and Python send a + as it is; and who signs what was already encoded signs the bytes that came.
enum class Reading { decoded, plus_is_space, verbatim };

std::vector<Parameter> read(std::string_view raw, Reading reading) {
  if (reading == Reading::decoded) return http::Query(raw).parameters();
  if (reading == Reading::plus_is_space) {
    std::string text(raw);
    std::ranges::replace(text, '+', ' ');
    return http::Query(text).parameters();
  }
  std::vector<Parameter> parameters;
  while (!raw.empty()) {
    const std::string_view parameter = raw.substr(0, raw.find('&'));
    raw.remove_prefix(std::min(parameter.size() + 1, raw.size()));
    const std::size_t equals = std::min(parameter.find('='), parameter.size());
    if (!parameter.empty())
      parameters.push_back({std::string(parameter.substr(0, equals)),
                            std::string(parameter.substr(std::min(equals + 1, parameter.size())))});
  }
  return parameters;
}

// PHP signs info=a,b and sends info[0]=a&info[1]=b.
std::vector<Parameter> with_arrays_joined(std::vector<Parameter> parameters) {
  std::vector<Parameter> joined;
  for (Parameter& parameter : parameters) {
    const std::size_t bracket = parameter.key.find('[');
    if (bracket == std::string::npos || !parameter.key.ends_with(']')) {
      joined.push_back(std::move(parameter));
      continue;
    }
    parameter.key.resize(bracket);
    if (!joined.empty() && joined.back().key == parameter.key) joined.back().value += "," + parameter.value;
    else joined.push_back(std::move(parameter));
  }
  return joined;
}

std::string sorted_text(const std::vector<Parameter>& parameters) {
  std::vector<const Parameter*> sorted;
  sorted.reserve(parameters.size());
  for (const Parameter& parameter : parameters)
    if (parameter.key != "auth_signature") sorted.push_back(&parameter);
  const auto key = [](const Parameter* parameter) -> const std::string& { return parameter->key; };
  if (!std::ranges::is_sorted(sorted, {}, key)) std::ranges::stable_sort(sorted, {}, key);
  std::string text;
  for (const Parameter* parameter : sorted) {
    if (!text.empty()) text += '&';
    text.append(parameter->key).append("=").append(parameter->value);
  }
  return text;
}

void add(Texts& texts, std::string text) {
  if (std::ranges::find(texts, text) == texts.end()) texts.push_back(std::move(text));
}

// PHP signs the path without what its option `path` puts in front; proxies take a prefix off; ids may be encoded.
Texts signed_paths(std::string_view path, std::string_view prefix) {
  Texts texts;
  const bool has_prefix = !prefix.empty() && path.starts_with(prefix);
  const std::string other =
      has_prefix ? std::string(path.substr(prefix.size())) : std::string(prefix) + std::string(path);
  for (const std::string& text : {std::string(path), other}) {
    add(texts, text);
    add(texts, http::percent_decoded(text));
  }
  return texts;
}

// For apps that do not exist. Nobody knows the secret.
const Credentials& nobody() {
  thread_local const Credentials credentials(random_hex(10), random_hex(10));
  return credentials;
}

// Whether one of the paths was signed with the text of the parameters.
bool signs(const ApiRequest& request, const http::Query& query, const Texts& paths, std::string_view text,
           const Credentials& signers) {
  return std::ranges::any_of(paths, [&](const std::string& path) {
    return signers.accepts(*query.get("auth_key"), *query.get("auth_signature"),
                           {request.method, "\n", path, "\n", text});
  });
}

// Whether the request was signed in one of the ways of SDKs; the documented one is tried first. A signature that is no
// good costs the same whoever the signers are.
bool is_signed(const ApiRequest& request, const http::Query& query, std::string_view path_prefix,
               const Credentials& signers) {
  Texts tried = {sorted_text(query.parameters())};
  if (signs(request, query, {std::string(request.path)}, tried.front(), signers)) return true;
  const Texts paths = signed_paths(request.path, path_prefix);
  if (signs(request, query, paths, tried.front(), signers)) return true;
  for (const Reading reading : {Reading::decoded, Reading::plus_is_space, Reading::verbatim}) {
    const std::vector<Parameter> parameters = read(request.query, reading);
    for (const bool joined : {false, true}) {
      std::string text = sorted_text(joined ? with_arrays_joined(parameters) : parameters);
      if (std::ranges::find(tried, text) != tried.end()) continue;
      if (signs(request, query, paths, text, signers)) return true;
      tried.push_back(std::move(text));
    }
  }
  return false;
}

// For a person: what should have been signed, as far as it is ASCII and not too long.
std::string shown(const ApiRequest& request, const http::Query& query) {
  std::string text = fmt::format("{}\\n{}\\n{}", request.method, request.path, sorted_text(query.parameters()));
  if (text.size() > kMaxShown) text.replace(kMaxShown, std::string::npos, "...");
  std::ranges::replace_if(
      text, [](char c) { return c < ' ' || c > '~'; }, '?');
  return text;
}

}  // namespace

std::optional<ApiRefusal> check_signature(const ApiRequest& request, std::string_view path_prefix,
                                          const Credentials* credentials, std::chrono::system_clock::time_point now) {
  const http::Query query(request.query);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  if (auto refusal = check_parameters(query, request.body, seconds)) return refusal;
  const Credentials& signers = credentials != nullptr ? *credentials : nobody();
  const bool accepted = is_signed(request, query, path_prefix, signers);
  if (accepted && credentials != nullptr) return std::nullopt;
  return unauthorized(fmt::format(
      "invalid signature: no app has this id and key, or auth_signature is not the HMAC SHA256 hex digest of \"{}\"",
      shown(request, query)));
}

}  // namespace belfry::pusher
