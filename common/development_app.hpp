// The app that exists where none is configured and only this machine can connect. Its secret is public: it is
// announced, and never added to a server that other machines reach.
#pragma once

#include "common/settings.hpp"

namespace belfry {

AppSettings development_app();
bool is_development_app(const AppSettings& app);

// Adds it if there is no app and every listener is a loopback address.
void add_development_app(Settings& settings);

}  // namespace belfry
