#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "trailwatch/base/time.h"
#include "trailwatch/model/finding.h"

namespace trailwatch::report {

// What is asked of one system and unit.
struct SamplingQuota {
  double ratio = 0.01;            // of the month's events
  std::int64_t floor = 1;         // at least, when there is any event
  std::optional<std::int64_t> ceiling;
  std::int64_t per_officer = 0;   // at least so many of each officer who looked anything up
  double weighted_share = 0.3;    // of the sample, drawn from events with findings, most points first
};

// One event of the month, as far as drawing needs it.
struct SamplingUnit {
  model::EventId event = 0;
  std::string code;      // the event's public code: what the draw is made by (hexadecimal digits, the same for ever)
  std::string system;
  std::string agency;
  std::string unit;
  std::string officer;
  double points = 0;     // of the findings that hold it; 0 without any
};

enum class Drawn : std::uint8_t { random, weighted };

struct SampledEvent {
  std::size_t index = 0;  // into the population handed in
  Drawn drawn = Drawn::random;
};

// Draws one unit's sample. Pure: the same population (in any order), quota and seed give the same sample, for ever.
//
// Size: max(floor, ceil(ratio * n)), not above the ceiling, then raised so that each officer reaches per_officer.
// Weighted part: floor(weighted_share * size) events with points, most points first, ties by rank of the random draw.
// Random part: by ascending SHA-256(seed ‖ "|" ‖ code), per-officer minimum first, from all events, drawn independently of the
// weighted part; an event drawn by both counts as random.
// Result: by system, then ascending event id.
std::vector<SampledEvent> draw(const std::vector<SamplingUnit>& population, const SamplingQuota& quota, std::string_view seed);

// One line of the sheet, as people read it; identifiers already masked.
struct SheetRow {
  std::int64_t number = 0;  // 序號, 1..n in the unit
  LocalTime time;
  std::string system;       // 戶政, 車籍, 地政, 警政
  std::string officer;      // `A20311 陳○望`
  std::string action;
  std::string subject;
  std::string reason;
  std::string case_no;
  Drawn drawn = Drawn::random;
  std::string risk;         // titles of the rules; empty for a random event without findings
  std::string code;         // 事件代碼
  std::string file;
  std::int64_t line = 0;
  std::string leaf_hash;    // 葉節點雜湊; empty until the log is sealed
};

struct UnitSheet {
  std::string agency;
  std::string unit;
  std::int64_t population = 0;
  std::int64_t random = 0;
  std::int64_t weighted = 0;
  std::vector<SheetRow> rows;
};

struct SamplingSheets {
  std::string agency;  // title: `〔agency〕查詢個人資料紀錄抽查清冊（115年3月）`
  CivilDate month;     // its first day
  std::string seed;
  bool official = false;  // a seed given by hand marks the sheet 非正式
  std::vector<UnitSheet> units;  // by agency, then unit
};

// RFC 4180, UTF-8 with BOM, CRLF, every cell quoted and safe in a spreadsheet: one that begins with = + - @ tab CR or LF (also
// after blanks, also in full width) gets a leading '.
std::string to_csv(const SamplingSheets& sheets);
// The sheet 彙總: one line a unit.
std::string summary_csv(const SamplingSheets& sheets);
// One cell of the above.
std::string csv_cell(std::string_view text);

}  // namespace trailwatch::report
