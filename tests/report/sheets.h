#pragma once

#include <string>

#include "report/sample.h"
#include "trailwatch/report/sampling_sheets.h"

// Sheets of two units, with what hostile officers write in them. Nobody in it exists.
namespace trailwatch::report::sample {

inline SamplingSheets sampling_sheets() {
  SamplingSheets out;
  out.agency = "範例縣政府";
  out.month = CivilDate{2026, 3, 1};
  out.seed = "9990882faaf91337e325973fa9eb405d9e63f75e944b78276c76ebe001f2c26a";
  out.official = true;
  UnitSheet first{"範例縣警察局", "東門分局[偵查隊]", 5200, 6, 2, {}, {}};
  const std::vector<std::string> reasons = {"偵辦刑案",
                                            "=HYPERLINK(\"http://x\")惡意,\n換行",
                                            "＝1＋1",
                                            "@SUM(1+1)*cmd|' /C calc'!A0",
                                            "  前後  空白 \t定位 ",
                                            "-2+3",
                                            "<text:p>&amp;\"'</text:p>",
                                            "許功蓋\\ 1150302001 1E+05"};
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    SheetRow row;
    row.number = static_cast<std::int64_t>(i) + 1;
    row.time = at(day(), static_cast<int>(i) * 3, 7, 59);
    row.system = "戶政";
    row.officer = "B10427 林○德";
    row.action = "全戶戶籍";
    row.subject = "J12****000 李○○";
    row.reason = reasons[i];
    row.case_no = i % 2 == 0 ? "東偵字第1150001230號" : "+886";
    row.drawn = i < 6 ? Drawn::random : Drawn::weighted;
    row.risk = i < 6 ? "" : "非勤務時間；缺案號";
    row.code = "00000000012" + std::to_string(i);
    row.file = "household/HH_QLOG_20260302.csv";
    row.line = static_cast<std::int64_t>(i) + 12;
    first.rows.push_back(row);
  }
  UnitSheet second{"石橋鄉公所", "民政課", 40, 1, 0, {}, {}};
  SheetRow row = first.rows[0];
  row.code = "000000000900";
  second.rows.push_back(row);
  out.units = {first, second};
  out.estimates = {{"全部", estimate({{5200, 6, 0, 0}, {40, 1, 0, 0}})}};
  return out;
}

inline SamplingStamp stamp() {
  SamplingStamp out;
  out.made = at(to_day(CivilDate{2026, 4, 3}), 6, 5);
  out.by = "E00001";
  out.code = "6abd6c7e833c";
  out.frame_hash = std::string(64, 'f');
  out.seed = {sampling_sheets().seed, true, "trailwatch.example/log", 21874001,
              "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="};
  out.cutoff = at(to_day(CivilDate{2026, 4, 3}), 6, 0);
  out.quotas = {{"全部系統", {}}, {"警政", {0.02, 5, 200, 1, 0.25}}};
  out.origin = "截止後第一封寄達之檢查點";
  return out;
}

}  // namespace trailwatch::report::sample
