// Checks of single texts that option rows name as their rule. Pure: nothing is opened, resolved or bound.
#pragma once

#include <string>

#include "common/result.hpp"

namespace belfry {

Result<void> check_listen_address(const std::string& text);
Result<void> check_optional_listen_address(const std::string& text);
Result<void> check_metrics_listen(const std::string& text);  // empty, auto, or an address
Result<void> check_metrics_prefix(const std::string& text);
Result<void> check_cidr(const std::string& text);
Result<void> check_advertise(const std::string& text);      // empty, or host:port
Result<void> check_absolute_path(const std::string& text);  // in the file system
Result<void> check_optional_path(const std::string& text);
Result<void> check_endpoint(const std::string& text);  // path of a URL that this server answers, not taken by another
Result<void> check_optional_endpoint(const std::string& text);
Result<void> check_path_prefix(const std::string& text);  // empty, or /path
Result<void> check_redis_url(const std::string& text);
Result<void> check_redis_prefix(const std::string& text);
Result<void> check_url_segment(const std::string& text);  // stands between slashes of a URL: id and key of an app
Result<void> check_optional_url_segment(const std::string& text);  // or empty
Result<void> check_not_empty(const std::string& text);

}  // namespace belfry
