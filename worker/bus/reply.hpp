// A reply of Redis, seen through hiredis. Valid during the callback that it is given to.
#pragma once

#include <hiredis/hiredis.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace belfry::bus {

class Reply {
 public:
  Reply() = default;
  explicit Reply(const redisReply* reply) : reply_(reply) {}

  // No reply came: the connection was not there, or was lost first. Whether Redis ran the command is then unknown.
  bool is_missing() const { return reply_ == nullptr; }
  bool is_error() const { return reply_ != nullptr && reply_->type == REDIS_REPLY_ERROR; }
  bool ok() const { return !is_missing() && !is_error(); }

  // Of a string, a status or an error; empty otherwise.
  std::string_view text() const {
    return reply_ == nullptr || reply_->str == nullptr ? std::string_view()
                                                       : std::string_view(reply_->str, reply_->len);
  }
  std::int64_t integer() const { return reply_ == nullptr ? 0 : reply_->integer; }
  std::size_t size() const { return reply_ == nullptr || reply_->type != REDIS_REPLY_ARRAY ? 0 : reply_->elements; }
  Reply operator[](std::size_t i) const { return i < size() ? Reply(reply_->element[i]) : Reply(); }

 private:
  const redisReply* reply_ = nullptr;
};

}  // namespace belfry::bus
