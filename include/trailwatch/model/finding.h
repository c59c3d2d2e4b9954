#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "trailwatch/base/time.h"

namespace trailwatch::model {

// What an alert can be about.
enum class About : std::uint8_t { officer, unit, subject, source };
std::string_view to_text(About about);

// Sigma's levels.
enum class Level : std::uint8_t { informational, low, medium, high, critical };
std::string_view to_text(Level level);

// An event's number in the store: 1, 2, 3 … in the order of arrival. Never reused.
using EventId = std::int64_t;

// Whom a finding or alert concerns. For a unit: agency and unit name. For a subject: its token, never a plain value.
struct Key {
  About about = About::officer;
  std::string agency;  // where known
  std::string name;    // officer id, unit name, token in hexadecimal, or source (file or peer)
  auto operator<=>(const Key&) const = default;
};

// One rule, one group, one local day, with the events that prove it. A function of (events, rules, reference data)
// alone.
struct Finding {
  std::string rule;  // the rule's name (`off-hours`)
  Key key;
  LocalDay day;
  std::vector<EventId> events;  // ascending; the evidence
  Instant first;                // of the evidence
  Instant last;
  std::int64_t count = 0;                 // completing events
  std::map<std::string, double> numbers;  // for the sentence: expected, peers, factor …
  double points = 0;                      // what the rule contributes to the day's score
  std::string sentence;                   // why, in Traditional Chinese, with numbers, at most 40 characters
  // Which group of the rule, when several can share key and day (officer and subject, say): 16 hexadecimal digits over
  // the rule's id and the group's values; of a stored finding the vault's 32 (`vault::Vault::veiled`). Empty when the
  // key alone is the group.
  std::string group;
};

}  // namespace trailwatch::model
