#include "supervisor/metrics_request.hpp"

#include <doctest/doctest.h>

namespace belfry::supervisor {
namespace {

std::string answer_to(const std::string& request) {
  return answer_metrics_request(request, [] { return std::string("a 1\n"); }).value_or("more is to come");
}

TEST_CASE("GET and HEAD of /metrics are answered, whatever stands behind a question mark") {
  const std::string answer = answer_to("GET /metrics?x=1 HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(answer.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
  CHECK(answer.find("\r\nContent-Length: 4\r\n") != std::string::npos);
  CHECK(answer.ends_with("\r\n\r\na 1\n"));
  CHECK(answer_to("HEAD /metrics HTTP/1.0\r\n\r\n").ends_with("\r\n\r\n"));
}

TEST_CASE("anything else is told what is wrong") {
  CHECK(answer_to("GET / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 404"));
  CHECK(answer_to("POST /metrics HTTP/1.1\r\n\r\n").find("Allow: GET, HEAD\r\n") != std::string::npos);
  CHECK(answer_to("GET /metrics\r\n\r\n").starts_with("HTTP/1.1 400"));
  CHECK(answer_to("\r\n\r\n").starts_with("HTTP/1.1 400"));
  CHECK(answer_to(std::string(kMaxMetricsRequest, 'x')).starts_with("HTTP/1.1 431"));
}

TEST_CASE("a head that is not complete is waited for") {
  CHECK(answer_to("") == "more is to come");
  CHECK(answer_to("GET /metrics HTTP/1.1\r\nHost: a\r\n") == "more is to come");
}

}  // namespace
}  // namespace belfry::supervisor
