// A Bus without Redis: keeps what was asked until the test answers it, in order, as Redis would. Channels are not
// simulated: subscriptions have tests of their own.
#pragma once

#include <doctest/doctest.h>
#include <uv.h>

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "common/assert.hpp"
#include "worker/bus/bus.hpp"
#include "worker/cluster/scripts.hpp"

namespace belfry {

using Words = std::vector<std::string>;

// A loop that must be empty in the end. The first member of a fixture: it outlives the handles of the others.
class TestLoop {
 public:
  TestLoop() { BELFRY_ASSERT(uv_loop_init(&loop_) == 0); }
  ~TestLoop() {
    uv_run(&loop_, UV_RUN_DEFAULT);
    BELFRY_ASSERT(uv_loop_close(&loop_) == 0);
  }
  TestLoop(const TestLoop&) = delete;

  uv_loop_t* get() { return &loop_; }
  void turn() { uv_run(&loop_, UV_RUN_NOWAIT); }
  // For who asks the loop for the time, until the next turn.
  void pass(std::uint64_t milliseconds) { loop_.time += milliseconds; }

 private:
  uv_loop_t loop_;
};

// What Redis answers.
struct Answer {
  int type = REDIS_REPLY_NIL;
  std::string text;
  long long integer = 0;
  std::vector<Answer> items;

  static Answer status(std::string text) { return {REDIS_REPLY_STATUS, std::move(text), 0, {}}; }
  static Answer string(std::string text) { return {REDIS_REPLY_STRING, std::move(text), 0, {}}; }
  static Answer error(std::string text) { return {REDIS_REPLY_ERROR, std::move(text), 0, {}}; }
  static Answer number(long long number) { return {REDIS_REPLY_INTEGER, "", number, {}}; }
  static Answer array(std::vector<Answer> items) { return {REDIS_REPLY_ARRAY, "", 0, std::move(items)}; }
  static Answer list(const Words& words) {
    std::vector<Answer> items;
    for (const std::string& word : words) items.push_back(string(word));
    return array(std::move(items));
  }
};

// An answer as hiredis would give it. Refers to the answer.
class BuiltReply {
 public:
  explicit BuiltReply(const Answer& answer) {
    for (const Answer& item : answer.items) elements_.emplace_back(item);
    for (BuiltReply& element : elements_) pointers_.push_back(&element.reply_);
    reply_.type = answer.type;
    reply_.str = const_cast<char*>(answer.text.data());
    reply_.len = answer.text.size();
    reply_.integer = answer.integer;
    reply_.elements = pointers_.size();
    reply_.element = pointers_.data();
  }
  BuiltReply(const BuiltReply&) = delete;

  const redisReply* get() const { return &reply_; }

 private:
  redisReply reply_ = {};
  std::deque<BuiltReply> elements_;
  std::vector<redisReply*> pointers_;
};

class FakeBus final : public bus::Bus {
 public:
  // `what` is the name of a script, or the word of a command.
  struct Question {
    std::string what;
    Words keys;
    Words arguments;
    OnReply on_reply;
  };

  std::deque<Question> unanswered;
  Words published;                          // "CHANNEL PAYLOAD"; each was sent
  std::string run_id = "0123456789abcdef";  // in INFO, which is answered at once

  Words asked() const {
    Words names;
    for (const Question& question : unanswered) names.push_back(question.what);
    return names;
  }

  // Answers the oldest question, which must be `what`, and returns it.
  Question answer(const std::string& what, const Answer& answer) {
    REQUIRE_FALSE(unanswered.empty());
    REQUIRE(unanswered.front().what == what);
    Question question = std::move(unanswered.front());
    unanswered.pop_front();
    const BuiltReply reply(answer);
    question.on_reply(bus::Reply(reply.get()));
    return question;
  }

  // The command connection is there. Called again, it stands for the timer of who refreshes then as well.
  void connect() {
    ready_ = true;
    for (bus::ConnectionWatcher* watcher : watchers_) watcher->on_commands_ready();
  }

  // It is lost: no answer comes any more to what was asked.
  void lose() {
    ready_ = false;
    for (const Question& question : std::exchange(unanswered, {})) question.on_reply(bus::Reply());
    for (bus::ConnectionWatcher* watcher : watchers_) watcher->on_commands_lost();
  }

  Standing subscribe(const std::string&, bus::ChannelListener&) override { return Standing::live; }
  void unsubscribe(const std::string&) override {}
  void publish(std::string_view channel, std::string_view payload, OnPublished on_published) override {
    published.push_back(std::string(channel).append(" ").append(payload));
    on_published({});
  }
  void publish_by(const bus::Script& script, Texts keys, Texts arguments, OnPublished on_published) override {
    run(script, keys, arguments, [on_published = std::move(on_published)](bus::Reply reply) {
      on_published({reply.ok() ? bus::PublishOutcome::What::sent : bus::PublishOutcome::What::unknown, reply.text()});
    });
  }
  void command(Texts words, OnReply on_reply) override {
    if (words[0] == "INFO") {
      const Answer info = Answer::string("# Server\r\nrun_id:" + run_id + "\r\n");
      return on_reply(bus::Reply(BuiltReply(info).get()));
    }
    unanswered.push_back({words[0], {}, {words.begin() + 1, words.end()}, std::move(on_reply)});
  }
  void query(Texts words, OnReply on_reply) override { command(words, std::move(on_reply)); }
  void run(const bus::Script& script, Texts keys, Texts arguments, OnReply on_reply) override {
    unanswered.push_back(
        {name_of(script), {keys.begin(), keys.end()}, {arguments.begin(), arguments.end()}, std::move(on_reply)});
  }
  bool commands_ready() const override { return ready_; }
  void watch(bus::ConnectionWatcher& watcher) override { watchers_.push_back(&watcher); }

 private:
  static std::string name_of(const bus::Script& script) {
    namespace scripts = cluster::scripts;
    const std::pair<const bus::Script*, const char*> names[] = {{&scripts::dataset(), "dataset"},
                                                                {&scripts::registry(), "registry"},
                                                                {&scripts::lease(), "lease"},
                                                                {&scripts::claim(), "claim"},
                                                                {&scripts::release(), "release"},
                                                                {&scripts::raw_open(), "raw_open"},
                                                                {&scripts::raw_close(), "raw_close"},
                                                                {&scripts::raw_reap(), "raw_reap"},
                                                                {&scripts::index_enter(), "index_enter"},
                                                                {&scripts::index_page(), "index_page"},
                                                                {&scripts::channel_apply(), "channel_apply"},
                                                                {&scripts::channel_verify(), "channel_verify"}};
    for (const auto& [known, name] : names)
      if (known == &script) return name;
    return script.sha1();
  }

  bool ready_ = false;
  std::vector<bus::ConnectionWatcher*> watchers_;
};

// Answers one refresh of an owner.
inline void answer_refresh(FakeBus& bus, const std::string& dataset, const Answer& lease, const Words& expired = {}) {
  bus.answer("dataset", Answer::status(dataset));
  bus.answer("registry", Answer::list(expired));
  bus.answer("lease", lease);
}

}  // namespace belfry
