// How the server tells a raw client that its message was not published: the text frame {"error":"...","reason":"..."}.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace belfry::tools {

// "not_published: Redis is away", printable; nothing if `message` is any other message.
std::optional<std::string> publish_error(std::string_view message);

}  // namespace belfry::tools
