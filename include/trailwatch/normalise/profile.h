#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "trailwatch/base/result.h"

namespace trailwatch::normalise {

// How one kind of source is read: format, encoding, dates, columns → fields. Compiled from JSON
// (docs/source-profiles.md) and immutable; cheap to copy, safe to share between threads.
class Profile {
 public:
  // A profile that does not hold together gives *all* its problems, one Error each, with the path in the document
  // (`fields.system.map`) and the nearest valid word.
  static std::variant<Profile, std::vector<Error>> parse(std::string_view json, std::string_view name);

  const std::string& name() const;
  // For people: `戶役政（戶政資訊系統）`
  const std::string& title() const;
  // True when a file is whole as soon as it appears, so that an unterminated last line is a record; false when it may
  // grow.
  bool complete_on_arrival() const;
  // True when each file ends with a trailer that gives the number of its rows, so that a file without one was cut
  // short.
  bool declares_rows() const;
  // True when each record can be read by itself, as live sources deliver it; false when a header line says what its
  // columns are.
  bool reads_single_records() const;
  // True when each record bears a number of its own, by which it is known again.
  bool has_key() const;
  // Canonical fields that this profile can fill, for `rules check`.
  std::vector<std::string> fields() const;

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  std::shared_ptr<const Impl> impl_;
};

}  // namespace trailwatch::normalise
