#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "registry/keys.h"
#include "trailwatch/base/time.h"

namespace trailwatch::registry {

// The running numbers of the case register, by agency and by what stands around the number (竹北偵字第…號). Offices
// count up, so a number that is missing between others that are there belongs to a case that nobody entered; one beyond
// the last or in a thin series may be anything.
class NumberSeries {
 public:
  // All texts are keys. A number without a running part is left out.
  void add(std::string_view agency, std::string_view number, std::int32_t opened_day);
  // After the last `add`.
  void sort();
  // Does `number` stand between numbers of that agency, in a place where at least one in five is entered (an office
  // counts letters and cases alike, and the register holds some of them), above one that had been opened by `day`?
  bool holds(std::string_view agency, std::string_view number, std::int32_t day) const;

 private:
  struct Entry {
    std::int64_t serial = 0;
    std::int32_t opened = 0;
    auto operator<=>(const Entry&) const = default;
  };
  ByKey<std::vector<Entry>> series_;
};

}  // namespace trailwatch::registry
