#include "common/settings_order.hpp"

#include <doctest/doctest.h>

namespace belfry {

TEST_CASE("a worker reads what the supervisor wrote, with a TLS identity or without") {
  SettingsOrder order;
  order.settings.workers = 7;
  order.settings.tls = {{"127.0.0.1:9443"}, "/a/certificate.pem", "/a/key.pem"};
  order.settings.apps = {{.id = "1", .key = "k", .secret = "----- TLS -----"}};
  order.ticket_key.bytes.fill(0xa7);
  for (const char* pem : {"", "a comment\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}) {
    order.tls_pem = pem;
    auto read = parse_settings_order(to_text(order));
    REQUIRE(read);
    CHECK(read->settings == order.settings);
    CHECK(read->tls_pem == pem);
    CHECK(read->ticket_key == order.ticket_key);
  }
}

TEST_CASE("an order that is cut off is none") {
  const std::string text = to_text({});
  for (const std::size_t size : {text.size() / 2, text.size() - 1, text.size() - 10})
    CHECK_FALSE(parse_settings_order(text.substr(0, size)));
  CHECK_FALSE(parse_settings_order(""));
}

}  // namespace belfry
