#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trailwatch/base/result.h"
#include "trailwatch/model/sampling.h"
#include "trailwatch/report/period.h"

namespace trailwatch::report {

// One row of a filled-in sheet that says something.
struct ReturnedRow {
  std::string place;  // `東門分局偵查隊 第 5 列`, or `第 5 行` of a CSV: as the program that opens it counts
  std::string code;   // 事件代碼, twelve digits
  model::Answer answer = model::Answer::unclear;
  std::string explanation;  // what was written, with names from the two columns to sign
};

struct ReturnedProblem {
  std::string place;
  std::string message;
  std::string hint;
};

struct Returned {
  std::optional<Period> period;  // by title or column; nothing when no sheet says it, or when two say different ones
  std::vector<ReturnedRow> rows;
  std::int64_t blank = 0;                 // rows with a code and nothing filled in
  std::vector<ReturnedProblem> problems;  // all of them, in order of their places
};

// Reads a sheet that came back: ODS or XLSX (told by its first bytes), else CSV in UTF-8, with or without its mark, or
// as Excel saves it in Taiwan (code page 950). Columns are found by their heads, wherever they stand; rows by 事件代碼,
// in any order. 符合公務 holds a word (是 符合 說明合理 …, 否 不符 …, 待查 …) or ticked boxes (`■是 □否`). A row with
// an explanation but no answer is 待查. Whole-file faults fail with Errc::invalid; faults of rows are `problems`.
Result<Returned> read_returned(std::string_view bytes);

// What is meant by a cell of 符合公務. `nothing`: left blank; no value: not to be understood.
struct FitAnswer {
  bool is_blank = false;
  std::optional<model::Answer> answer;
};
FitAnswer read_fit(std::string_view cell);

}  // namespace trailwatch::report
