#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trailwatch/base/time.h"
#include "trailwatch/model/finding.h"
#include "trailwatch/model/sampling.h"
#include "trailwatch/report/estimate.h"
#include "trailwatch/report/period.h"

namespace trailwatch::report {

// What is asked of one system and unit. Shares are read in whole millionths, so that 7 % of 100 is 7 on every machine;
// below 0, above 1 and not a number count as 0, 1 and 0. Negative counts are 0.
struct SamplingQuota {
  double ratio = 0.01;     // of the month's events
  std::int64_t floor = 1;  // at least, when there is any event
  std::optional<std::int64_t> ceiling;
  std::int64_t per_officer = 0;  // at least so many of each officer who looked anything up
  double weighted_share = 0.3;   // of the sample, drawn from events with findings, most points first
};

// One event of the month, as far as drawing needs it.
struct SamplingUnit {
  model::EventId event = 0;
  std::string code;  // the event's public code: what the draw is made by (hexadecimal digits, the same for ever)
  std::string system;
  std::string agency;
  std::string unit;
  std::string officer;
  double points = 0;  // of the findings that hold it; 0 without any
};

enum class Drawn : std::uint8_t { random, weighted };

struct SampledEvent {
  std::size_t index = 0;  // into the population handed in
  Drawn drawn = Drawn::random;
};

// How many events a quota asks for.
struct SampleSize {
  std::int64_t random = 0;
  std::int64_t weighted = 0;
  std::int64_t total() const { return random + weighted; }
  bool operator==(const SampleSize&) const = default;
};

// The sizes alone, for a preview; `draw` returns exactly so many. All of the population is one unit (or one system of
// one unit): agency, unit and system are not looked at.
//
//   base     = min(max(floor, ceil(ratio * n)), ceiling, n); a ceiling below the floor wins
//   weighted = min(floor(weighted_share * base), events with points)
//   random   = max(base - weighted, the sum over all officers of min(per_officer, the officer's events))
//
// Where both together exceed n, everything is drawn and the weighted part is the smaller for it. The officers' minimum
// goes beyond the ceiling, since it is promised to each of them; events without an officer are nobody's and have none.
SampleSize sample_size(const std::vector<SamplingUnit>& population, const SamplingQuota& quota);

// Draws one unit's sample. Pure: the same population (in any order), quota and seed give the same sample, for ever.
//
// Every event has a rank: the ascending order of SHA-256(seed ‖ "|" ‖ code); equal codes go by event id.
// Random part: first each officer's `per_officer` best ranks, then the best ranks of all others, regardless of points.
// Which events it holds depends on seed, codes and officers alone; of the findings only their number matters, for its
// size. So what it shows holds for the whole unit. With `per_officer` it is a sample within officers: weigh each by the
// officer's events. Weighted part: of what the random part left, the most points first, equal points by rank. An event
// that both would hold counts as random, the next one takes its place; when none with points is left, events without
// points do, by rank (then every event with points is in the sample, and its risk column may be empty). Thus the size
// is always the promised one, and the random part does not change because of what the weighted part found. Result: by
// system, then ascending event id. Points that are not a number or below 0 are 0.
std::vector<SampledEvent> draw(const std::vector<SamplingUnit>& population, const SamplingQuota& quota,
                               std::string_view seed);

// One line of the sheet, as people read it; identifiers already masked.
struct SheetRow {
  std::int64_t number = 0;  // 序號, 1..n in the unit
  LocalTime time;
  std::string system;   // 戶政, 車籍, 地政, 警政
  std::string officer;  // `A20311 陳○望`
  std::string action;
  std::string subject;
  std::string reason;
  std::string case_no;
  Drawn drawn = Drawn::random;
  std::string risk;  // titles of the rules; empty for a random event without findings
  std::string code;  // 事件代碼
  std::string file;
  std::int64_t line = 0;
  std::string leaf_hash;  // 葉節點雜湊; empty until the log is sealed
  // What came back; a sheet made again afterwards shows it.
  std::optional<model::Answer> answer = {};
  std::string explanation = {};
};

struct UnitSheet {
  std::string agency;
  std::string unit;
  std::int64_t population = 0;
  std::int64_t random = 0;
  std::int64_t weighted = 0;
  std::vector<SheetRow> rows;
  std::optional<std::int64_t> asked;  // 應抽; without it as many as were drawn
};

// Of the rows that came back: 符合, 不符; the rest is 待補 (unanswered, or 待查).
struct AnswerCount {
  std::int64_t fits = 0, fits_not = 0, open = 0;
  bool operator==(const AnswerCount&) const = default;
};
AnswerCount count_answers(const UnitSheet& unit);
AnswerCount count_answers(const UnitSheet& unit, Drawn drawn);

// One line of the estimate: of everything, then of each system.
struct EstimateLine {
  std::string title;  // 全部, 戶政 …
  Estimate estimate;
};

struct SamplingSheets {
  std::string agency;  // title: `〔agency〕查詢個人資料紀錄抽查清冊（115年3月）`
  CivilDate month;     // the period's first day
  std::string seed;
  bool official = false;         // a seed given by hand marks the sheet 非正式
  std::vector<UnitSheet> units;  // by agency, then unit
  Period::Kind kind = Period::Kind::month;
  std::vector<EstimateLine> estimates = {};

  Period period() const { return Period{kind, to_day(month)}; }
};

// RFC 4180, UTF-8 with BOM, CRLF, every cell quoted and safe in a spreadsheet. Columns: the 14 of the printed sheet,
// then 事件代碼 來源檔案 來源行號 葉節點雜湊, then 機關 單位 月份 抽樣種子 性質 (正式 or 非正式), since a CSV has no
// sheets. Units in the order given. Answers that came back stand in their columns. docs/formats/sampling-csv.md says
// how to read it back.
std::string to_csv(const SamplingSheets& sheets);
// The sheet 彙總: one line a unit; its 10 columns, then 機關 月份 抽樣種子 性質.
std::string summary_csv(const SamplingSheets& sheets);
// The estimates: 範圍, 母體筆數, 隨機抽查, 不符, 待補, 估計不符, 下限, 上限, 未涵蓋筆數, then 月份, 抽樣種子, 性質.
std::string estimate_csv(const SamplingSheets& sheets);
// One cell of the above. A cell that begins with = + - @ tab CR or LF (also after blanks and invisible characters, also
// in full width or as a small form) would be a formula somewhere and gets a leading '; one that begins with ' gets
// another. So a reader who drops one leading ' has the text again. Ill-formed bytes become 〓 and control characters
// other than tab, CR and LF ␦.
std::string csv_cell(std::string_view text);

}  // namespace trailwatch::report
