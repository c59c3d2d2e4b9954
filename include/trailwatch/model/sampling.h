#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trailwatch/base/time.h"
#include "trailwatch/model/decision.h"
#include "trailwatch/model/finding.h"

namespace trailwatch::model {

// What a unit answered about one sampled look-up. `fits`: there is a proven official need; `unclear`: to be looked
// into.
enum class Answer : std::uint8_t { fits, fits_not, unclear };
// `fits`, `fits-not`, `unclear`
std::string_view to_text(Answer answer);
// 符合, 不符, 待查
std::string_view to_chinese(Answer answer);
std::optional<Answer> find_answer(std::string_view text);

// One answer in the ledger: the entry says who brought it in and when, its reason holds what the unit wrote. A later
// answer about the same event in the same period supersedes an earlier one.
struct SamplingAnswer {
  Entry entry;
  std::string period;  // `2026-03`, `2026-Q1`, `2026-H1`: which audit asked
  EventId event = 0;
  Answer answer = Answer::unclear;
};

// One file that left the house.
struct ExportedFile {
  std::string name;
  std::string sha256;  // hexadecimal
  std::int64_t bytes = 0;
  bool operator==(const ExportedFile&) const = default;
};

// That something was exported, by whom and what: an operational record, which is only ever added.
struct Exported {
  std::int64_t number = 0;
  Instant at;
  std::string by;    // staff id, or the operating system's account
  std::string kind;  // `sampling`, `evidence`, `case`, `incident`, `tiles`
  std::string period;
  std::string scope;  // what was asked for, as JSON: filters, seed, checkpoint, masked or not; no free text
  std::vector<ExportedFile> files;
  std::vector<EventId> events;  // whose details were shown, ascending
  // These two stand in the leaf alone, which is sealed: a reason may name somebody. Reading gives them empty.
  std::string account = {};  // who was at the keyboard, by the operating system
  std::string reason = {};   // why
};

}  // namespace trailwatch::model
