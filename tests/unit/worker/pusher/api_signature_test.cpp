#include "worker/pusher/api_signature.hpp"

#include <doctest/doctest.h>

#include <string>

namespace belfry::pusher {
namespace {

// Pusher's documentation, rest-api, "Worked authentication example".
constexpr std::string_view kKey = "278d425bdf160c739803";
constexpr std::string_view kSecret = "7ad3773142a6692b25b8";
constexpr std::string_view kBody = R"({"name":"foo","channels":["project-3"],"data":"{\"some\":\"data\"}"})";
constexpr std::string_view kQuery =
    "auth_key=278d425bdf160c739803&auth_timestamp=1353088179&auth_version=1.0&body_md5=ec365a775a4cd0599faeb73354201b6f"
    "&auth_signature=da454824c97ba181a32ccc17a72625ba02771f50b50e1e7430e47a1f3f457e6c";

std::chrono::system_clock::time_point at(std::int64_t seconds) {
  return std::chrono::system_clock::time_point(std::chrono::seconds(seconds));
}

const Credentials& app() {
  static const Credentials credentials(kKey, kSecret);
  return credentials;
}

// The status, 200 for a good signature, and the reason behind it.
std::string check(const ApiRequest& request, std::string_view prefix = "", const Credentials* credentials = &app(),
                  std::int64_t now = 1353088179) {
  const auto refusal = check_signature(request, prefix, credentials, at(now));
  return refusal ? std::to_string(refusal->status) + " " + refusal->reason : "200";
}

ApiRequest documented() { return {"POST", "/apps/3/events", kQuery, kBody}; }

const std::string kAuth = "auth_key=278d425bdf160c739803&auth_timestamp=1353088179&auth_version=1.0";

// A GET whose `signed_text` was signed and whose `sent` was sent, both behind the auth parameters (they sort so).
std::string get(std::string_view signed_text, std::string_view sent, std::string_view signed_path = "/apps/3/channels",
                std::string_view path = "/apps/3/channels", std::string_view prefix = "") {
  const std::string signature = Signer(kSecret).sign({"GET\n", signed_path, "\n", kAuth, signed_text});
  const std::string query = kAuth + std::string(sent) + "&auth_signature=" + signature;
  return check({"GET", path, query, ""}, prefix);
}

std::string without(std::string_view parameter) {
  std::string query(kQuery);
  const std::size_t start = query.find(parameter);
  query.erase(start, query.find('&', start) - start);
  return query;
}

bool starts(const std::string& text, std::string_view beginning) { return text.starts_with(beginning); }

}  // namespace

TEST_CASE("the documented request is good, in whatever order its parameters come") {
  CHECK(check(documented()) == "200");
  const std::string reversed =
      "auth_signature=da454824c97ba181a32ccc17a72625ba02771f50b50e1e7430e47a1f3f457e6c&body_md5="
      "ec365a775a4cd0599faeb73354201b6f&auth_version=1.0&auth_timestamp=1353088179&auth_key=278d425bdf160c739803";
  CHECK(check({"POST", "/apps/3/events", reversed, kBody}) == "200");
}

TEST_CASE("a request that differs in anything that was signed is refused") {
  ApiRequest request = documented();
  request.method = "GET";
  CHECK(starts(check(request), "401 invalid signature"));
  request = documented();
  request.path = "/apps/4/events";
  CHECK(starts(check(request), "401 invalid signature"));
  request = documented();
  request.body = "{}";
  CHECK(check(request) == "401 body_md5 is not the MD5 of the body that came, in lower-case hex");
  const std::string more = std::string(kQuery) + "&info=user_count";
  request = documented();
  request.query = more;
  CHECK(starts(check(request), "401 invalid signature"));
  for (std::size_t i = kQuery.size() - 64; i < kQuery.size(); ++i) {
    std::string wrong(kQuery);
    wrong[i] = wrong[i] == '0' ? '1' : '0';
    request.query = wrong;
    CHECK(starts(check(request), "401 invalid signature"));
  }
}

TEST_CASE("an app that does not exist answers like a wrong signature") {
  std::string wrong(kQuery);
  wrong.back() = '0';
  const ApiRequest request = {"POST", "/apps/3/events", wrong, kBody};
  CHECK(check(request, "", nullptr) == check(request));
  CHECK(check(documented(), "", nullptr) ==
        R"(401 invalid signature: no app has this id and key, or auth_signature is not the HMAC SHA256 hex digest of )"
        R"("POST\n/apps/3/events\nauth_key=278d425bdf160c739803&auth_timestamp=1353088179&auth_version=1.0&)"
        R"(body_md5=ec365a775a4cd0599faeb73354201b6f")");
  const Credentials other("other", kSecret);
  CHECK(check(documented(), "", &other) == check(documented(), "", nullptr));
  const ApiRequest late = documented();
  CHECK(check(late, "", nullptr, 0) == check(late, "", &app(), 0));
}

TEST_CASE("both pairs of a rotation sign") {
  const Credentials rotated("new", "new secret", kKey, kSecret);
  CHECK(check(documented(), "", &rotated) == "200");
}

TEST_CASE("the clock may differ by 600 seconds and more is told") {
  CHECK(check(documented(), "", &app(), 1353088179 + 600) == "200");
  CHECK(check(documented(), "", &app(), 1353088179 - 600) == "200");
  CHECK(check(documented(), "", &app(), 1353088179 + 601) ==
        "401 auth_timestamp 1353088179 is 601 s behind the server's time 1353088780, and 600 s are allowed");
  CHECK(check(documented(), "", &app(), 1353088179 - 700) ==
        "401 auth_timestamp 1353088179 is 700 s ahead of the server's time 1353087479, and 600 s are allowed");
}

TEST_CASE("a parameter that is missing or malformed is named") {
  for (const std::string_view name : {"auth_key", "auth_timestamp", "auth_version"})
    CHECK(check({"POST", "/apps/3/events", without(name), kBody}) ==
          "401 the query parameter " + std::string(name) + " is missing");
  CHECK(check({"POST", "/apps/3/events", "", kBody}) == "401 the query parameter auth_key is missing");
  CHECK(check({"POST", "/apps/3/events", kAuth, kBody}) == "401 the query parameter auth_signature is missing");
  CHECK(starts(check({"POST", "/apps/3/events", without("body_md5"), kBody}), "401 the query parameter body_md5"));
  const auto with_timestamp = [](std::string_view timestamp) {
    std::string query(kQuery);
    query.replace(query.find("1353088179"), 10, timestamp);
    return check({"POST", "/apps/3/events", query, kBody});
  };
  for (const std::string_view bad :
       {"", "x", "1353088179.5", "-1", "%201353088179", "99999999999999999999", "1e9", "-9223372036854775808"})
    CHECK(starts(with_timestamp(bad), "401 auth_timestamp is not a number"));
  CHECK(starts(with_timestamp("9223372036854775807"), "401 auth_timestamp 9223372036854775807 is"));
  CHECK(starts(with_timestamp("1353088179000"), "401 auth_timestamp 1353088179000 is"));
  std::string version(kQuery);
  version.replace(version.find("1.0"), 3, "2.0");
  CHECK(check({"POST", "/apps/3/events", version, kBody}) == "401 auth_version is not 1.0");
}

TEST_CASE("an empty body needs no body_md5 and may have one") {
  CHECK(get("", "") == "200");
  const std::string_view md5 = "&body_md5=d41d8cd98f00b204e9800998ecf8427e";
  CHECK(get(md5, md5) == "200");
  CHECK(starts(get("&body_md5=", "&body_md5="), "401 body_md5"));
}

TEST_CASE("a parameter cannot be hidden in another one") {
  const std::string hidden =
      "auth_key=278d425bdf160c739803&auth_timestamp=1353088179&auth_version=1.0%26body_md5="
      "ec365a775a4cd0599faeb73354201b6f&auth_signature="
      "da454824c97ba181a32ccc17a72625ba02771f50b50e1e7430e47a1f3f457e6c";
  CHECK(check({"POST", "/apps/3/events", hidden, "{}"}) == "401 auth_version is not 1.0");
}

TEST_CASE("values are signed as they are and sent as each SDK sends them") {
  CHECK(get("&filter_by_prefix=presence-", "&filter_by_prefix=presence-") == "200");
  CHECK(get("&info=user_count,x y", "&info=user_count%2Cx%20y") == "200");  // PHP
  CHECK(get("&info=a b+c", "&info=a+b%2Bc") == "200");                      // Go
  CHECK(get("&info=a+b", "&info=a+b") == "200");                            // Node, Python
  CHECK(get("&info=\xc3\xa4", "&info=%C3%A4") == "200");                    // Node
  CHECK(get("&info=100%25", "&info=100%25") == "200");                      // encoded before it was signed
  CHECK(get("&info=a,b", "&info[0]=a&info[1]=b") == "200");                 // PHP
  CHECK(get("&info=a,b", "&info%5B0%5D=a&info%5B1%5D=b") == "200");         // PHP
  CHECK(get("&info=a,b c", "&info%5B%5D=a&info%5B%5D=b+c") == "200");       //
  CHECK(get("&info[]=b&info[]=a", "&info%5B%5D=b&info%5B%5D=a") == "200");  // Ruby
  CHECK(get("&filter=x&info=y", "&info=y&filter=x") == "200");
  CHECK(get("&info=y", "&Info=y") == "200");  // keys are signed in lower case
  CHECK(starts(get("&info=a b", "&info=a-b"), "401 invalid signature"));
}

TEST_CASE("the path may be signed with or without the prefix") {
  const auto path = [](std::string_view signed_path, std::string_view sent) {
    return get("", "", signed_path, sent, "/ws");
  };
  CHECK(path("/apps/3/channels", "/apps/3/channels") == "200");
  CHECK(path("/ws/apps/3/channels", "/ws/apps/3/channels") == "200");
  CHECK(path("/apps/3/channels", "/ws/apps/3/channels") == "200");
  CHECK(path("/ws/apps/3/channels", "/apps/3/channels") == "200");
  CHECK(starts(path("/wx/apps/3/channels", "/ws/apps/3/channels"), "401 invalid signature"));
  CHECK(starts(get("", "", "/apps/3/channels", "/ws/apps/3/channels"), "401 invalid signature"));
  CHECK(get("", "", "/apps/3/users/a b/x", "/apps/3/users/a%20b/x") == "200");
  CHECK(get("", "", "/apps/3/users/a%20b/x", "/apps/3/users/a%20b/x") == "200");
}

TEST_CASE("what is told is ASCII and not long, whatever was asked") {
  const std::string query = std::string(kQuery) + "&x=%ff%00%0a" + std::string(7000, 'y');
  const std::string told = check({"POST", "/apps/3/\xff", query, kBody});
  CHECK(told.size() < 600);
  for (const char c : told) CHECK((c >= ' ' && c <= '~'));
}

TEST_CASE("a query that is cut anywhere is refused") {
  for (std::size_t size = 0; size < kQuery.size(); ++size) {
    const ApiRequest request = {"POST", "/apps/3/events", kQuery.substr(0, size), kBody};
    CHECK(starts(check(request), "401 "));
  }
}

}  // namespace belfry::pusher
