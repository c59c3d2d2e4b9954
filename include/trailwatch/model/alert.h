#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "trailwatch/model/decision.h"
#include "trailwatch/model/finding.h"

namespace trailwatch::model {

// One rule's share in an alert's score.
struct Contribution {
  std::string rule;      // `off-hours`
  std::string title;     // `非勤務時間`
  double points = 0;     // the points of all contributions add up to the score
  std::string sentence;  // with its numbers
  std::int64_t events = 0;
};

enum class Severity : std::uint8_t { low, medium, high };
std::string_view to_text(Severity severity);
// 低, 中, 高
std::string_view to_chinese(Severity severity);

// A rule whose findings do not count in an alert, and why.
struct Suppressed {
  std::string rule;
  std::string title;
  std::int64_t findings = 0;
  std::int64_t entry = 0;  // the suppression's number; 0: the rule's own `x-suppress`
  std::optional<LocalDay> until;
  std::string by;
  std::string reason;
};

// What a person decides on: all findings about one officer (or unit, subject, source) on one local day.
struct Alert {
  std::string id;  // 16 hexadecimal digits: hash of kind, key and day; stable
  Key key;
  LocalDay day;
  double score = 0;  // 0 … 100
  Severity severity = Severity::low;
  Instant first;  // times of the evidence
  Instant last;
  std::vector<Contribution> contributions;  // most points first
  std::string why;                          // the sentence, in Traditional Chinese
  std::int64_t events = 0;                  // distinct events of evidence
  std::vector<EventId> evidence;            // ascending

  // The rest is not the alert's own: decisions, suppressions and the day's budget give it, as of some cut.
  std::string status = "open";       // the verdict's word (model/decision.h)
  std::string picked = "rank";       // or `random`: drawn among those that the budget had no place for
  bool listed = true;                // among those that the budget shows that day
  bool watched = false;              // its officer is on the watch list that day
  std::string case_id;               // alerts that belong together over days; empty below the threshold
  std::optional<Decision> decision;  // the one that stands
  std::int64_t added = 0;            // events of evidence that came after it, and that went
  std::int64_t removed = 0;
  std::vector<Suppressed> suppressed;  // rules that do not count here; their points are not in the score
};

// What an alert is, for whoever looks at many: no evidence, no sentences.
struct AlertHead {
  std::string id;
  Key key;
  LocalDay day;
  double score = 0;
  Instant first, last;
  std::int64_t events = 0;
};

}  // namespace trailwatch::model
