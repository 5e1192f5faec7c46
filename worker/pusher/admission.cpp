#include "worker/pusher/admission.hpp"

#include <algorithm>
#include <cctype>
#include <functional>

#include "worker/pusher/app.hpp"
#include "worker/ws/handshake.hpp"

namespace belfry::pusher {
namespace {

std::uint32_t hash_of(std::string_view text) {
  return static_cast<std::uint32_t>(std::hash<std::string_view>{}(text)) | 1;  // never 0
}

// Origins are compared without case.
std::uint32_t hash_without_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return hash_of(lower);
}

}  // namespace

Admission::Admission(std::string_view key, const http::Request& request) : key_(hash_of(key)) {
  if (ws::origin_is_allowed(request, {})) return;
  const std::string_view origin = *request.field("origin");
  origin_ = hash_without_case(origin);
  origin_host_ = hash_without_case(ws::host_of_origin(origin));
}

std::optional<Objection> Admission::objection(const App& app) const {
  const AppSettings& settings = app.settings;
  const bool has_key =
      hash_of(settings.key) == key_ || (!settings.previous_key.empty() && hash_of(settings.previous_key) == key_);
  if (!app.exists || !has_key)
    return Objection{Refusal::unknown_app, ws::CloseCode::app_unknown, "there is no app with this key"};
  if (!settings.enabled) return Objection{Refusal::app_disabled, ws::CloseCode::app_disabled, "the app is disabled"};
  if (!origin_is_allowed(app))
    return Objection{Refusal::origin, ws::CloseCode::unauthorized, "this origin is not allowed"};
  return std::nullopt;
}

bool Admission::origin_is_allowed(const App& app) const {
  return origin_ == 0 || std::ranges::any_of(app.settings.allowed_origins, [this](const std::string& one) {
           return one == "*" || hash_without_case(one) == origin_ || hash_without_case(one) == origin_host_;
         });
}

}  // namespace belfry::pusher
