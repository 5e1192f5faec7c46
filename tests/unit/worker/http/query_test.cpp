#include "worker/http/query.hpp"

#include <doctest/doctest.h>

namespace belfry::http {

TEST_CASE("a query is read in order, decoded, with keys in lower case") {
  const Query query(
      "Info=user_count%2Csubscription_count&filter_by_prefix=presence-&a=1&a=2&empty=&flag&%41%5B0%5D=x%3Dy=z");
  CHECK(query.get("info") == "user_count,subscription_count");
  CHECK(query.get("filter_by_prefix") == "presence-");
  CHECK(query.get("a") == "1");
  CHECK(query.get("empty") == "");
  CHECK(query.get("flag") == "");
  CHECK(query.get("a[0]") == "x=y=z");
  CHECK_FALSE(query.get("Info"));
  CHECK_FALSE(query.get("b"));
  CHECK(query.parameters().size() == 7);
  CHECK(Query("").parameters().empty());
  CHECK(Query("&&&").parameters().empty());
  CHECK(Query("=").parameters().size() == 1);
}

TEST_CASE("percent signs that encode nothing stay") {
  CHECK(percent_decoded("%41%c3%A4") == "A\xc3\xa4");
  CHECK(percent_decoded("a+b") == "a+b");
  for (const std::string_view text : {"%", "%4", "%zz", "%4z", "%-1", "%+1", "%0x", "% 1", "100%"})
    CHECK(percent_decoded(text) == text);
  CHECK(percent_decoded("%%41") == "%A");
  CHECK(percent_decoded("%00") == std::string(1, '\0'));
}

}  // namespace belfry::http
