#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "trailwatch/report/daily.h"

namespace trailwatch::report {

// What page and plain text say in the same words.

// ▲, ◆, ●: never colour alone.
std::string_view shape(model::Severity severity);

// `今日應看 20 件，其中高風險 4 件。`, or that there is nothing to see.
std::string headline(const DailyReport& report);
// `已讀取 21,874 筆查詢紀錄，來自 12 個來源，其中 1 個異常。`
std::string read_line(const DailyReport& report);
// `另有 143 件低於門檻或超出今日件數，均已保存。`; empty when there is none.
std::string beyond_line(const DailyReport& report);
inline constexpr std::string_view kNeutral = "「待說明」不代表違規。";

// Every reason why the day's alerts may not be complete, as (source, sentence).
std::vector<std::pair<std::string, std::string>> faults(const DailyReport& report);
// received - (stored + duplicates + quarantined + pending): 0 when every record is accounted for.
std::int64_t unaccounted(const SourceLine& source);
// `相符` or `差 2 筆`
std::string balance(const SourceLine& source);

// `B10427` for a person; units, subjects and sources have no number.
std::string_view staff_id(const AlertPage& page);
// `東門分局偵查隊・偵查佐`, or `單位警示・石橋鄉公所` for what is not a person.
std::string place_line(const AlertPage& page);
// `23:14–01:40`, `23:14–翌日 01:40`; with the date on other days; empty when unknown.
std::string span(const AlertPage& page);
// Whole points that add up to the rounded score, each within one of its own value.
std::vector<std::int64_t> whole_points(const model::Alert& alert);

// Where the listed rows stand in the delivered files, one line a file, in the order of the rows:
// `household/HH_QLOG.csv　第 88、90 行（序 1、3）`
std::vector<std::string> origins(const AlertPage& page);
// `佐證 23 筆`, or `佐證 1,200 筆，列出 200 筆，其餘 1,000 筆請於系統檢視`
std::string evidence_line(const AlertPage& page);
// Instead of the rows, where they are withheld.
std::string withheld_line(const AlertPage& page);

// Quartiles by linear interpolation. `values` must not be empty.
struct Spread {
  double least = 0, lower = 0, median = 0, upper = 0, most = 0;
};
Spread spread(std::vector<std::int64_t> values);
// 1 = the highest of all; equal values share the better rank.
std::int64_t rank(const PeerChart& chart);
// 本人, 本單位, 本對象, 本來源: the one that is compared.
std::string_view self_word(model::About about);
// What the picture shows, for those who do not see it.
std::string sentence(const PeerChart& chart, model::About about);
std::string sentence(const DayChart& chart);

// `03/02`
std::string month_day(LocalDay day);
// `03/02 23:14:05`
std::string evidence_time(LocalTime time);

}  // namespace trailwatch::report
