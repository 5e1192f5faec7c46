// The value of an operation that may fail for an expected reason: a value or an Error, never both.
// The names are those of std::expected (C++23), which the compilers of Debian 12 lack.
// Broken invariants are not errors: see assert.hpp.
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "common/assert.hpp"

namespace belfry {

// Why an operation failed, as a sentence that names what is wrong ("listen[0]: port 70000 is above 65535").
// `code` is an errno value where the kernel gave one, else 0.
struct Error {
  std::string message;
  int code = 0;
};

// Error{"WHAT: text of errno"} for a system call that has just failed.
Error errno_error(std::string what);
// The same for an error number that is held already.
Error errno_error(std::string what, int code);

class Unexpected {
 public:
  explicit Unexpected(Error error) : error_(std::move(error)) {}
  explicit Unexpected(std::string message) : error_{std::move(message)} {}
  Error& error() { return error_; }

 private:
  Error error_;
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Unexpected failure) : state_(std::in_place_index<1>, std::move(failure.error())) {}

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& value() { return get(); }
  const T& value() const { return const_cast<Result*>(this)->get(); }
  T& operator*() { return get(); }
  T* operator->() { return &get(); }
  const Error& error() const {
    BELFRY_ASSERT(!has_value());
    return std::get<1>(state_);
  }

 private:
  T& get() {
    BELFRY_ASSERT(has_value());
    return std::get<0>(state_);
  }

  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Unexpected failure) : error_(std::move(failure.error())), failed_(true) {}

  bool has_value() const { return !failed_; }
  explicit operator bool() const { return !failed_; }
  const Error& error() const {
    BELFRY_ASSERT(failed_);
    return error_;
  }

 private:
  Error error_;
  bool failed_ = false;
};

}  // namespace belfry
