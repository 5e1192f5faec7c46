#include "worker/pusher/api_requests.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "worker/pusher/json_reader.hpp"

namespace belfry::pusher {
namespace {

using Json = nlohmann::json;

JsonReader reader;  // for all requests, as in a worker

constexpr std::string_view kTrigger = R"({"name":"foo","channels":["project-3"],"data":"{\"some\":\"data\"}"})";
constexpr std::string_view kBatch =
    R"({"batch":[{"channel":"a","name":"n1","data":"d1"},)"
    R"({"channel":"private-encrypted-b","name":"n2","data":"d2","socket_id":"1.2","info":"subscription_count"}]})";

Trigger trigger(std::string_view body, const AppSettings& limits = {}) {
  return std::get<Trigger>(parse_trigger(reader, body, limits));
}

// "" where it is accepted, else the status and the reason.
template <typename T>
std::string refusal(const std::variant<T, ApiRefusal>& parsed) {
  const auto* refusal = std::get_if<ApiRefusal>(&parsed);
  return refusal == nullptr ? "" : std::to_string(refusal->status) + " " + refusal->reason;
}
std::string fault(const Json& body, const AppSettings& limits = {}) {
  return refusal(parse_trigger(reader, body.dump(), limits));
}
std::string fault_of(std::string_view body) { return refusal(parse_trigger(reader, body, {})); }
std::string batch_fault(std::string_view body, const AppSettings& limits = {}) {
  return refusal(parse_batch(reader, body, limits));
}

Json good() { return Json::parse(kTrigger); }
Json with(const std::string& field, const Json& value) {
  Json body = good();
  body[field] = value;
  return body;
}

}  // namespace

TEST_CASE("an event is read as the SDKs send it") {
  const Trigger simple = trigger(kTrigger);
  CHECK(simple.name == "foo");
  CHECK(simple.data == R"({"some":"data"})");
  CHECK(simple.channels == std::vector<std::string>{"project-3"});
  CHECK(simple.socket_id.empty());
  CHECK_FALSE(simple.info.user_count);
  CHECK_FALSE(simple.info.subscription_count);

  const Trigger full =
      trigger(R"({"info":"user_count,subscription_count,other","socket_id":"12.34","channel":"a",)"
              R"("name":"App\\Events\\X","data":"not json \u0000\u20ac\ud83d\ude00","extra":[1e400]})");
  CHECK(full.name == "App\\Events\\X");
  CHECK(full.data == std::string("not json \0\xe2\x82\xac\xf0\x9f\x98\x80", 17));
  CHECK(full.channels == std::vector<std::string>{"a"});
  CHECK(full.socket_id == "12.34");
  CHECK(full.info.user_count);
  CHECK(full.info.subscription_count);

  CHECK(trigger(with("socket_id", nullptr).dump()).socket_id.empty());
  CHECK(trigger(with("channel", "ignored").dump()).channels == std::vector<std::string>{"project-3"});
  CHECK(trigger(with("channels", {"#server-to-user-a b", "private-a"}).dump()).channels.size() == 2);
  CHECK(trigger(with("data", "").dump()).data.empty());
}

TEST_CASE("a field that is missing or of another type is named") {
  for (const std::string field : {"name", "data", "channels"}) {
    Json body = good();
    body.erase(field);
    CHECK(fault(body) == "400 " + field + " is missing");
    CHECK(fault(with(field, nullptr)) == "400 " + field + " is missing");
  }
  CHECK(fault(with("name", 1)) == "400 name is not a string");
  CHECK(fault(with("channels", "a")) == "400 channels is not an array");
  CHECK(fault(with("channels", Json::array())) == "400 channels is empty");
  CHECK(fault(with("channels", {"a", 1})) == "400 channels[1] is not a string");
  CHECK(fault(with("socket_id", 1.5)) == "400 socket_id is not a string");
  CHECK(fault(with("info", {"user_count"})) == "400 info is not a string");
  for (const Json& data : {Json(1), Json::object(), Json::array(), Json(true)})
    CHECK(fault(with("data", data)) ==
          "400 data is not a string: data goes out as it is, so encode it (as JSON, for example) first");
}

TEST_CASE("names and ids are checked") {
  CHECK(fault(with("name", "")) == "400 name: event name is empty");
  CHECK(fault(with("name", std::string(201, 'n'))) == "400 name: event name has 201 characters, the limit is 200");
  CHECK(fault(with("channels", {"a", "b c"})) ==
        "400 channels[1]: channel name holds a character that is none of a-z A-Z 0-9 _ - = @ , . ;");
  CHECK(fault(with("channels", {std::string(201, 'c')})) ==
        "400 channels[0]: channel name has 201 characters, the limit is 200");
  for (const std::string bad : {"", "1", "1.", ".1", "1.2.3", "a.b", "1.2\n", " 1.2", "-1.2"})
    CHECK(fault(with("socket_id", bad)) == "400 socket_id is not two numbers with a dot between them");
}

TEST_CASE("limits hold exactly and 0 is no limit") {
  CHECK(fault(with("data", std::string(10'240, 'd'))) == "");
  CHECK(fault(with("data", std::string(10'241, 'd'))) == "413 data has 10241 bytes, the limit is 10240");
  CHECK(fault(with("data", std::string(10'240, '"'))) == "");  // escapes do not count
  const auto channels = [](int count) {
    Json list = Json::array();
    for (int i = 0; i < count; ++i) list.push_back("c" + std::to_string(i));
    return with("channels", list);
  };
  CHECK(fault(channels(100)) == "");
  CHECK(fault(channels(101)) == "400 channels names more than 100 channels, which is the limit");
  AppSettings none;
  none.max_event_payload_in_kb = none.max_event_channels_at_once = none.max_event_batch_size = 0;
  none.max_event_name_length = none.max_channel_name_length = 0;
  CHECK(fault(channels(1000), none) == "");
  CHECK(fault(with("data", std::string(1'000'000, 'd')), none) == "");
  CHECK(fault(with("name", std::string(1000, 'n')), none) == "");
}

TEST_CASE("an encrypted channel comes alone") {
  CHECK(fault(with("channels", {"private-encrypted-a"})) == "");
  const std::string refused = "400 channels names an encrypted channel, which must be the only one";
  CHECK(fault(with("channels", {"private-encrypted-a", "private-encrypted-b"})) == refused);
  CHECK(fault(with("channels", {"a", "private-encrypted-cache-b"})) == refused);
}

TEST_CASE("a body that is no event says why") {
  CHECK(fault_of("") == "400 the body is empty");
  CHECK(fault_of("name=foo&data=bar") == "400 the body is not a JSON object");
  CHECK(fault_of("[]") == "400 the body is not a JSON object");
  CHECK(fault_of(std::string(100'000, '[')).starts_with("400 the body is "));
  CHECK(fault_of("{\"name\":\"\xff\"}") == "400 the body is not valid UTF-8");
  CHECK(fault_of(R"({"name":"\ud800"})") == "400 the body is not JSON: a string has an escape that does not exist");
  CHECK(fault_of(R"({"name":"a","name":"b"})") == "400 the body has the member name twice");
  for (std::size_t size = 0; size < kTrigger.size(); ++size) CHECK(fault_of(kTrigger.substr(0, size)) != "");
  CHECK(fault_of(std::string(kTrigger) + "x") != "");
}

TEST_CASE("a batch is its events in order") {
  const auto events = std::get<std::vector<Trigger>>(parse_batch(reader, kBatch, {}));
  REQUIRE(events.size() == 2);
  CHECK(events[0].channels == std::vector<std::string>{"a"});
  CHECK(events[0].data == "d1");
  CHECK(events[1].name == "n2");
  CHECK(events[1].socket_id == "1.2");
  CHECK(events[1].info.subscription_count);
  CHECK(std::get<std::vector<Trigger>>(parse_batch(reader, R"({"batch":[]})", {})).empty());
}

TEST_CASE("a fault in a batch names the event") {
  CHECK(batch_fault("{}") == "400 batch is missing");
  CHECK(batch_fault(R"({"batch":{}})") == "400 batch is not an array");
  CHECK(batch_fault(R"({"batch":[1]})") == "400 batch[0] is not a JSON object");
  CHECK(batch_fault(R"({"batch":[{"channel":"a","name":"n","data":"d"},{"channel":"a","name":"n"}]})") ==
        "400 batch[1].data is missing");
  CHECK(batch_fault(R"({"batch":[{"channels":["a"],"name":"n","data":"d"}]})") == "400 batch[0].channel is missing");
  CHECK(batch_fault(R"({"batch":[{"channel":"?","name":"n","data":"d"}]})").starts_with("400 batch[0].channel: "));
  CHECK(batch_fault(R"({"batch":[{"channel":"a","name":"n","data":")" + std::string(10'241, 'd') + R"("}]})") ==
        "413 batch[0].data has 10241 bytes, the limit is 10240");
  for (std::size_t size = 0; size < kBatch.size(); ++size) CHECK(batch_fault(kBatch.substr(0, size)) != "");
}

TEST_CASE("a batch has at most its limit of events") {
  const auto batch = [](int count) {
    Json events = Json::array();
    for (int i = 0; i < count; ++i) events.push_back({{"channel", "a"}, {"name", "n"}, {"data", "d"}});
    return Json{{"batch", events}}.dump();
  };
  CHECK(batch_fault(batch(10)) == "");
  CHECK(batch_fault(batch(11)) == "400 batch has more than 10 events, which is the limit");
  AppSettings none;
  none.max_event_batch_size = 0;
  CHECK(batch_fault(batch(500), none) == "");
}

}  // namespace belfry::pusher
