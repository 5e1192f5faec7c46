// Who hears what of a channel, by the app that it belongs to and the kind that it is of.
#pragma once

#include <functional>
#include <string_view>

namespace belfry::cluster {

struct Telling {
  bool total = false;   // its subscribers, how many they are
  bool stream = false;  // the app's stream in Redis, that it is occupied or vacated, and who comes and goes
};

// Of the channel with this address ("APP:CHANNEL").
using TellingOf = std::function<Telling(std::string_view address)>;

}  // namespace belfry::cluster
