#pragma once

#include <cstdint>
#include <string>
#include <vector>

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
  std::string status = "open";
  std::string picked = "rank";
};

}  // namespace trailwatch::model
