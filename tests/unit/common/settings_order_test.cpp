#include "common/settings_order.hpp"

#include <doctest/doctest.h>

namespace belfry {

TEST_CASE("a worker reads what the supervisor wrote, with a TLS identity or without") {
  SettingsOrder order;
  order.settings.workers = 7;
  order.settings.tls = {{"127.0.0.1:9443"}, "/a/certificate.pem", "/a/key.pem"};
  order.settings.apps = {{.id = "1", .key = "k", .secret = "----- TLS -----"}};
  for (const char* pem : {"", "a comment\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}) {
    order.tls_pem = pem;
    auto read = parse_settings_order(to_text(order));
    REQUIRE(read);
    CHECK(read->settings == order.settings);
    CHECK(read->tls_pem == pem);
  }
}

TEST_CASE("an order that is cut off is none") {
  const std::string text = to_text({});
  CHECK_FALSE(parse_settings_order(text.substr(0, text.size() / 2)));
  CHECK_FALSE(parse_settings_order(""));
}

}  // namespace belfry
