// How messages are handed to a server: bytes out, and what the server says to them. No socket in here; the publisher
// has it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "common/result.hpp"
#include "tools/bench/plan.hpp"

namespace belfry::bench {

class PublishProtocol {
 public:
  // What the server said to the oldest messages that it has not answered yet.
  struct Answers {
    virtual void on_published() = 0;
    virtual void on_refused(std::string_view sentence) = 0;

   protected:
    ~Answers() = default;
  };

  virtual ~PublishProtocol() = default;

  virtual std::string greeting() { return {}; }
  virtual bool is_ready() const { return true; }  // it may publish
  virtual bool answers_each() const { return true; }

  virtual void append_message(std::string& out, std::size_t channel, std::string_view data) = 0;

  // Takes what is complete off the beginning of `in`, and says how many bytes that was; what it has to say to it goes
  // behind `out`. The Error ends the run.
  virtual Result<std::size_t> take(std::string_view in, std::string& out, Answers& answers) = 0;
};

std::unique_ptr<PublishProtocol> make_publish_protocol(const Plan& plan);

}  // namespace belfry::bench
