#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trailwatch/base/time.h"
#include "trailwatch/model/finding.h"

namespace trailwatch::model {

// What a person made of an alert. `open` is the state before any decision, and again after one was taken back.
enum class Verdict : std::uint8_t { open, checking, confirmed, cleared, false_alarm };
// `open`, `checking`, `confirmed`, `cleared`, `false-alarm`
std::string_view to_text(Verdict verdict);
// 待處理, 查證中, 移送, 已查明, 誤報
std::string_view to_chinese(Verdict verdict);
std::optional<Verdict> find_verdict(std::string_view text);

// Who wrote something into the ledger, when and why. The ledger only grows: what was written is never changed or taken
// out; a later entry supersedes an earlier one.
struct Entry {
  std::int64_t number = 0;  // 1, 2, 3 … over decisions, suppressions and their ends: a report's cut is such a number
  Instant at;
  std::string by;      // staff id
  std::string reason;  // empty once the month in which it was written was erased
};

// One decision about one alert, with what the alert was at that moment.
struct Decision {
  Entry entry;
  std::string alert;  // its id
  Key key;
  LocalDay day;
  Verdict verdict = Verdict::open;
  std::vector<std::string> rules;  // that contributed, sorted by name
  std::vector<EventId> evidence;   // ascending
};

// From which local day on a suppression no longer holds, before it would have run out.
struct SuppressionEnd {
  Entry entry;
  LocalDay day;
};

// "This rule about this officer (or unit, subject, source) is fine until then, because …". Lowers what is listed, never
// what is found.
struct Suppression {
  Entry entry;
  Key key;
  std::string rule;
  std::string group;                     // Finding::group; empty: every group of the rule
  LocalDay from, until;                  // both inclusive
  std::optional<std::int64_t> decision;  // entry of the decision that it came with
  std::optional<SuppressionEnd> ended;

  bool holds_on(LocalDay day) const { return day >= from && day <= until && (!ended || day < ended->day); }
};

// Everything that was decided up to some number. Both ascending by entry.
struct Ledger {
  std::int64_t last = 0;  // the number of the last entry; 0 when there is none
  std::vector<Decision> decisions;
  std::vector<Suppression> suppressions;
};

}  // namespace trailwatch::model
