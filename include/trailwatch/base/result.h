#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "trailwatch/base/check.h"

namespace trailwatch {

// What a program may want to tell apart. People read the message.
enum class Errc {
  invalid,      // what was given makes no sense: configuration, profile, rule, argument
  not_found,    // no such file, rule, profile, alert
  unavailable,  // the world misbehaves: disk, network, permission
  corrupt,      // stored data is not what was written
  conflict,     // somebody else holds or changed it
  unsupported,  // well-formed, but not something this version does
};

// A failure of the world or of what a person wrote, as a sentence that somebody can act on.
struct Error {
  Errc code = Errc::invalid;
  std::string message;              // what happened
  std::string hint;                 // what to do; may be empty
  std::vector<std::string> places;  // innermost first: `police/plog.log:812`, `field "purpose"`

  Error at(std::string place) && {
    places.push_back(std::move(place));
    return std::move(*this);
  }
  // One line: `message (place, place). hint`
  std::string text() const;
};

// A value or an Error, with the member names of std::expected. A dropped result does not compile.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }
  T& value() & { return (TW_CHECK(has_value()), std::get<0>(state_)); }
  const T& value() const& { return (TW_CHECK(has_value()), std::get<0>(state_)); }
  T&& value() && { return (TW_CHECK(has_value()), std::get<0>(std::move(state_))); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  const Error& error() const& { return (TW_CHECK(!has_value()), std::get<1>(state_)); }
  Error&& error() && { return (TW_CHECK(!has_value()), std::get<1>(std::move(state_))); }

 private:
  std::variant<T, Error> state_;
};

// The value of something that only succeeds or fails.
struct Done {};
using Status = Result<Done>;

}  // namespace trailwatch
