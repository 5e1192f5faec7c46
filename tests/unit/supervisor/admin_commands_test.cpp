#include "supervisor/admin_commands.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace belfry::supervisor {
namespace {

using Json = nlohmann::ordered_json;

struct FakeActions final : AdminActions {
  Json status() override { return {{"state", "running"}}; }
  void stop() override { stopped = true; }
  void drain(std::optional<Milliseconds> over, const AdminReply& reply) override {
    drained_over = over;
    reply({{"draining", true}});
  }
  void restart(std::optional<std::uint32_t> slot, const AdminReply& reply) override {
    restarted_all = !slot;
    restarted_slot = slot;
    reply({{"restarted", Json::array()}});
  }
  void upgrade(const std::string& contract, const AdminReply& reply) override { reply({{"contract", contract}}); }
  void reload(bool dry_run, const AdminReply& reply) override { reply({{"dry_run", dry_run}}); }
  Result<void> inject(Fault fault, std::uint32_t slot) override {
    injected = fault;
    injected_slot = slot;
    return {};
  }
  void verify_presence(const AdminReply& reply) override { reply({{"presence", "verify"}}); }
  void report_memory(const AdminReply& reply) override { reply({{"asked", "memory"}}); }
  void list_nodes(const AdminReply& reply) override { reply({{"asked", "nodes"}}); }
  void rebalance(Milliseconds over, const AdminReply& reply) override { reply({{"over_s", over.count() / 1000}}); }
  void tail(const TailOrder& order, const AdminReply& reply) override {
    tailed = order;
    reply({{"tail", order.app}});
  }
  std::string log_level() const override { return level; }
  void set_log_level(const std::string& wanted) override { level = wanted; }
  AdminRole role_of_members() const override { return AdminRole::read_only; }
  std::uint32_t slots() const override { return 4; }
  bool allows_debugging() const override { return debugging; }

  std::string level = "info";
  bool debugging = false;
  bool stopped = false;
  std::optional<Milliseconds> drained_over;
  bool restarted_all = false;
  std::optional<std::uint32_t> restarted_slot;
  std::optional<TailOrder> tailed;
  std::optional<Fault> injected;
  std::uint32_t injected_slot = 0;
};

Json ask(FakeActions& actions, const std::string& line, AdminRole role = AdminRole::control) {
  std::optional<Json> answer;
  run_admin_command(line, role, actions, [&](const Json& json) {
    CHECK_FALSE(answer);
    answer = json;
  });
  REQUIRE(answer);
  return *answer;
}

std::string error_of(const std::string& line) {
  FakeActions actions;
  return ask(actions, line).value("error", "");
}

TEST_CASE("a command may be surrounded by white space, a carriage return among it") {
  FakeActions actions;
  CHECK(ask(actions, "  status \r")["state"] == "running");
}

TEST_CASE("an unknown command gets a suggestion, or a hint at help") {
  CHECK(error_of("statsu") == R"(unknown command "statsu"; did you mean "status"?)");
  CHECK(error_of("frobnicate") == R"(unknown command "frobnicate"; `help` lists them)");
}

TEST_CASE("an empty line is answered") { CHECK(error_of("").find("empty") != std::string::npos); }

TEST_CASE("a wrong number of arguments gets the usage") {
  CHECK(error_of("stop now") == "usage: stop");
  CHECK(error_of("restart 1 2") == "usage: restart [SLOT]");
}

TEST_CASE("restart takes no slot or one that exists") {
  FakeActions actions;
  ask(actions, "restart");
  CHECK(actions.restarted_all);
  ask(actions, "restart 3");
  CHECK(actions.restarted_slot == 3);
  for (const char* line : {"restart 4", "restart -1", "restart 1x", "restart all"})
    CHECK(error_of(line).find("slots are 0 to 3") != std::string::npos);
}

TEST_CASE("stop answers before it stops") {
  FakeActions actions;
  run_admin_command("stop", AdminRole::control, actions, [&](const Json& json) {
    CHECK_FALSE(actions.stopped);
    CHECK(json["stopping"] == true);
  });
  CHECK(actions.stopped);
}

TEST_CASE("debug needs the settings' consent") {
  FakeActions actions;
  CHECK(ask(actions, "debug crash 0").contains("error"));
  CHECK_FALSE(actions.injected);
  actions.debugging = true;
  CHECK(ask(actions, "debug hang 2")["slot"] == 2);
  CHECK(actions.injected == Fault::hang);
  CHECK(actions.injected_slot == 2);
  CHECK(ask(actions, "debug explode 0").contains("error"));
}

TEST_CASE("help shows every row of the table") {
  FakeActions actions;
  const Json rows = ask(actions, "help")["commands"];
  REQUIRE(rows.size() == admin_commands().size());
  for (std::size_t i = 0; i < rows.size(); ++i) CHECK(rows[i]["name"] == admin_commands()[i].name);
}

TEST_CASE("who may only read changes nothing, and reads no payloads") {
  FakeActions actions;
  for (const char* line : {"stop", "drain", "restart", "rebalance", "reload", "reload dry-run", "log level debug",
                           "tail key * payload", "debug crash 0"})
    CHECK_MESSAGE(ask(actions, line, AdminRole::read_only)["error"].get<std::string>().starts_with("permission denied"),
                  line);
  CHECK_FALSE(actions.stopped);
  for (const char* line :
       {"status", "memory", "nodes", "presence verify", "tail key", "tail key channel", "log level", "help"})
    CHECK_MESSAGE(!ask(actions, line, AdminRole::read_only).contains("error"), line);
  CHECK(ask(actions, "status", AdminRole::none)["error"] == "permission denied");
}

TEST_CASE("log level shows or changes it") {
  FakeActions actions;
  CHECK(ask(actions, "log level")["level"] == "info");
  CHECK(ask(actions, "log level debug")["level"] == "debug");
  CHECK(actions.level == "debug");
  CHECK(ask(actions, "log level loud")["error"] == "there is no log level \"loud\": debug, info, warning, error");
  CHECK(error_of("log levle") == "unknown word \"levle\": level");
}

TEST_CASE("watch repeats the status") {
  FakeActions actions;
  Milliseconds interval{};
  Json first;
  const AdminReply reply([&](const Json& json) { first = json; }, nullptr,
                         [&](Milliseconds every, const AdminReply::Make& make) {
                           interval = every;
                           first = make();
                         });
  run_admin_command("watch 5", AdminRole::read_only, actions, reply);
  CHECK(interval == Seconds(5));
  CHECK(first["state"] == "running");
  for (const char* line : {"watch 0", "watch x", "watch 3601"})
    CHECK(error_of(line).find("seconds") != std::string::npos);
}

TEST_CASE("tail names the app, the channel or every one, and whether payloads are wanted") {
  const auto order_of = [](const std::string& line) {
    FakeActions actions;
    ask(actions, line);
    return actions.tailed.value_or(TailOrder{.app = "none", .channel = "", .payloads = false});
  };
  CHECK(order_of("tail key").app == "key");
  CHECK(order_of("tail key").channel.empty());
  CHECK_FALSE(order_of("tail key").payloads);
  CHECK(order_of("tail key payload").channel == "payload");
  CHECK(order_of("tail key orders payload").channel == "orders");
  CHECK(order_of("tail key * payload").channel.empty());
  CHECK(order_of("tail key * payload").payloads);
  CHECK(order_of("tail key * else").app == "none");
  CHECK(error_of("tail").starts_with("usage: tail KEY"));
}

TEST_CASE("rebalance takes a duration, 60 s without one") {
  FakeActions actions;
  CHECK(ask(actions, "rebalance") == Json{{"over_s", 60}});
  CHECK(ask(actions, "rebalance 5m") == Json{{"over_s", 300}});
  CHECK(error_of("rebalance soon") == "\"soon\" is no duration such as 60s");
}

TEST_CASE("drain takes a duration, or none, and nothing else") {
  FakeActions actions;
  CHECK(ask(actions, "drain 90s") == Json{{"draining", true}});
  CHECK(actions.drained_over == Seconds(90));
  ask(actions, "drain");
  CHECK_FALSE(actions.drained_over);
  CHECK(error_of("drain soon") == "\"soon\" is no duration such as 60s");
}

}  // namespace
}  // namespace belfry::supervisor
