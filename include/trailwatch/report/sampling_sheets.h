#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "trailwatch/report/sampling.h"
#include "trailwatch/report/sampling_seed.h"
#include "trailwatch/report/workbook.h"

namespace trailwatch::report {

// What the sheets say about themselves.
struct SamplingStamp {
  LocalTime made;
  std::string by;    // who exported it
  std::string code;  // 查核碼: ties the printed pages to the files
  std::string frame_hash;
  DrawSeed seed;
  LocalTime cutoff;
  std::vector<std::pair<std::string, SamplingQuota>> quotas;  // 全部系統, 警政, 警政／單位 … and what is asked of them
  std::optional<std::string> doubt;                           // why the sheets are 非正式, as a sentence
  std::string origin;                                         // where the seed comes from, as a sentence
};

// One sheet a unit, then 彙總 with the estimates, then 抽樣說明.
Workbook to_workbook(const SamplingSheets& sheets, const SamplingStamp& stamp);

// The columns of a unit's sheet that are read back (report/returned.h).
inline constexpr std::string_view kCodeHead = "事件代碼";
inline constexpr std::string_view kExplanationHead = "承辦人說明（附佐證）";
inline constexpr std::string_view kFitsHead = "符合公務";
inline constexpr std::string_view kConfirmedHead = "承辦人確認";
inline constexpr std::string_view kReviewedHead = "主管複核";

}  // namespace trailwatch::report
