#include "supervisor/metrics_text.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <sstream>

namespace belfry::supervisor {
namespace {

ClusterStatus node_with_two_workers() {
  ClusterStatus node;
  node.state = "running";
  node.listen = {"127.0.0.1:9000", "[::1]:9001"};
  for (std::uint32_t slot = 0; slot < 2; ++slot) {
    WorkerStatus worker;
    worker.slot = slot;
    worker.state = "running";
    worker.redis = RedisState::connected;
    worker.counters.messages_in = 1;
    worker.totals.messages_in = 7;  // a dead worker of the slot had counted the others
    worker.totals.refused(Refusal::origin);
    node.workers.push_back(worker);
  }
  node.apps = {{"an app", AppCounters{.clients = 3, .bytes_in = 9}}};
  return node;
}

bool has_line(const std::string& text, const std::string& line) {
  return text.find("\n" + line + "\n") != std::string::npos;
}

TEST_CASE("what is counted is shown with that of the slot's dead workers, by worker, by reason and by app") {
  const std::string text = metrics_text(node_with_two_workers(), "belfry_");
  CHECK(has_line(text, "belfry_worker_messages_received_total{worker=\"1\"} 7"));
  CHECK(has_line(text, "belfry_worker_up{worker=\"0\"} 1"));
  CHECK(has_line(text, "belfry_worker_redis_connected{worker=\"0\"} 1"));
  CHECK(has_line(text, "belfry_refusals_total{reason=\"origin\"} 2"));
  CHECK(has_line(text, "belfry_connected{app_id=\"an app\",port=\"9000\"} 3"));
  CHECK(has_line(text, "belfry_node_state{state=\"running\"} 1"));
  CHECK(has_line(text, "belfry_node_state{state=\"draining\"} 0"));
  CHECK(text.find("belfry_socket_received_bytes{") == std::string::npos);
}

TEST_CASE("until when the certificate is valid is shown where there is one") {
  const std::string line = "belfry_node_tls_certificate_expiry_timestamp_seconds 1800000000";
  ClusterStatus node = node_with_two_workers();
  CHECK_FALSE(has_line(metrics_text(node, "belfry_"), line));
  node.tls = TlsStatus{{"127.0.0.1:9443"}, 1'800'000'000};
  CHECK(has_line(metrics_text(node, "belfry_"), line));
}

TEST_CASE("under Soketi's prefix its own names are there, too") {
  const std::string text = metrics_text(node_with_two_workers(), "soketi_");
  CHECK(has_line(text, "soketi_connected{app_id=\"an app\",port=\"9000\"} 3"));
  CHECK(has_line(text, "soketi_socket_received_bytes{app_id=\"an app\",port=\"9000\"} 9"));
  CHECK(has_line(text, "soketi_socket_received_bytes_total{app_id=\"an app\",port=\"9000\"} 9"));
}

TEST_CASE("every family is declared once, and its samples follow it") {
  std::istringstream text(metrics_text(node_with_two_workers(), "soketi_"));
  std::set<std::string> families;
  std::string family;
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with("# TYPE ")) {
      family = line.substr(7, line.find(' ', 7) - 7);
      CHECK_MESSAGE(families.insert(family).second, family);
    } else if (!line.starts_with("#")) {
      CHECK_MESSAGE(line.starts_with(family), line);
    }
  }
  CHECK(families.size() > 40);
}

}  // namespace
}  // namespace belfry::supervisor
