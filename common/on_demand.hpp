// A value that most of its owners never need: it is made when it is first changed. Until then it reads as a new one.
#pragma once

#include <memory>

namespace belfry {

template <typename T>
class OnDemand {
 public:
  bool exists() const { return value_ != nullptr; }
  const T& get() const {
    static const T kNew;
    return value_ == nullptr ? kNew : *value_;
  }
  T& edit() {
    if (value_ == nullptr) value_ = std::make_unique<T>();
    return *value_;
  }
  void reset() { value_.reset(); }

 private:
  std::unique_ptr<T> value_;
};

}  // namespace belfry
