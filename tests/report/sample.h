#pragma once

#include <string>
#include <utility>
#include <vector>

#include "trailwatch/report/daily.h"

// A made-up day that shows every part of the report once. Nobody in it exists.
namespace trailwatch::report::sample {

inline LocalDay day() {
  return to_day(CivilDate{2026, 3, 2});
}
inline LocalTime at(LocalDay of, int hour, int minute, int second = 0) {
  return LocalTime{of, ((hour * 60 + minute) * 60 + second) * kMicrosPerSecond};
}

inline AlertPage alert(std::string name, std::string id, std::string place, model::Severity severity,
                       std::vector<model::Contribution> parts, std::string why, std::int64_t events) {
  AlertPage page;
  page.name = std::move(name);
  page.place = std::move(place);
  page.alert.key = {model::About::officer, "範例縣政府", std::move(id)};
  page.alert.day = day();
  page.alert.severity = severity;
  for (const model::Contribution& part : parts) page.alert.score += part.points;
  page.alert.contributions = std::move(parts);
  page.alert.why = std::move(why);
  page.alert.events = events;
  return page;
}

inline AlertPage night_reader() {
  AlertPage page =
      alert("林○德", "B10427", "東門分局偵查隊・偵查佐", model::Severity::high,
            {{"off-hours", "非勤務時間", 33.6, "23:00 後 23 筆；當日勤務為日勤至 17:00", 23},
             {"day-volume", "當日數量偏高", 27.3, "同儕中位數 3 筆、最高 9 筆；本人近 90 日平均 3.1 筆", 23},
             {"no-case", "缺案號", 18.2, "19／23 筆未填；代碼 C01 須有案號", 19},
             {"cross-system", "跨系統拼湊同一人", 11.9, "7 位民眾於 5 分鐘內被跨戶政、車籍查詢", 14}},
            "深夜非勤務時段查詢戶政、車籍 23 筆，同日同儕中位數 3 筆；19 筆無案號。", 23);
  page.alert.id = "5b1c0f2a9d3e4786";
  page.duty = "03/02 08:00–17:00 日勤（勤務分配表）";
  page.first = at(day(), 23, 14);
  page.last = at(day().plus(1), 1, 40, 12);
  page.in_case = CaseLine{"9e8d7c6b5a493827", day().plus(-4), 3, 3};
  page.alert.watched = true;
  page.normal_if = {"登錄 03/02 深夜勤務或加班核准", "補登 19 筆查詢之案號，且案號屬該員承辦",
                    "代查者載明委託人與公文文號"};
  page.peers = PeerChart{
      "本月累計查詢筆數", "同單位、同職務 14 人", 61, {3, 12, 7, 9, 15, 11, 8, 22, 5, 10, 14, 9, 17, 6}, "筆"};
  DayChart days;
  for (int i = 0; i < 30; ++i) {
    const LocalDay on = day().plus(i - 29);
    const bool off = weekday(on) > 5;
    days.own.emplace_back(on, i == 29 ? 23 : off ? 0 : 2 + i * 7 % 5);
    days.day_off.push_back(off);
    days.peer_median.push_back(off ? 0.5 : 3);
  }
  page.days = days;
  const std::vector<std::pair<std::string, std::string>> systems = {
      {"戶政", "全戶戶籍"}, {"車籍", "車主查詢"}, {"戶政", "遷徙紀錄"}};
  for (int i = 0; i < 18; ++i) {
    EvidenceRow row;
    row.time = i < 7 ? at(day(), 23, 14 + 6 * i, 17 * i % 60) : at(day().plus(1), 0, 8 * (i - 7) % 60, 13 * i % 60);
    if (row.time.day > day() && i > 14) row.time.micros += kMicrosPerHour;
    row.system = systems[static_cast<std::size_t>(i % 3)].first;
    row.action = systems[static_cast<std::size_t>(i % 3)].second;
    row.subject =
        i % 3 == 1 ? "ABC-" + std::to_string(1 + i % 9) + "***" : "J12****" + std::to_string(100 + 37 * i) + " 李○○";
    row.reason = i % 4 == 0 ? "" : i % 4 == 3 ? "C01 偵辦刑案：協尋贓車並比對車主戶籍資料" : "公務查詢";
    row.case_no = i % 5 == 4 ? "東偵字第1150001230號" : "";
    row.terminal = "10.40.3.8";
    row.marks = {"非勤務時間"};
    if (i % 4 == 0) row.marks.push_back("缺事由");
    if (i % 5 != 4) row.marks.push_back("缺案號");
    row.origin = i % 3 == 1 ? "vehicle/MVR_20260302.log:" + std::to_string(1204 + i)
                            : "household/HH_QLOG_20260302.csv:" + std::to_string(88 + i);
    page.evidence.push_back(row);
  }
  page.evidence_omitted = 5;
  return page;
}

inline AlertPage unit_surge() {
  AlertPage page = alert("石橋鄉公所民政課", "石橋鄉公所民政課", "石橋鄉公所", model::Severity::high,
                         {{"unit-surge", "小單位量突增", 52, "本週 312 筆，過去 12 週平均 67.8 筆", 312},
                          {"weekend", "週末查詢", 27, "星期六、日共 96 筆，過去 12 週均為 0 筆", 96}},
                         "全單位本週查詢 312 筆，為過去 12 週平均的 4.6 倍；同類單位無增加。", 312);
  page.alert.key.about = model::About::unit;
  page.alert.id = "77aa01b2c3d4e5f6";
  model::Decision decision;
  decision.entry = {17, Instant{}, "E00012", "已請單位說明：補助清查，有核定公文"};
  decision.verdict = model::Verdict::cleared;
  page.alert.decision = decision;
  page.alert.status = "cleared";
  page.decided_at = at(day().plus(1), 5, 40);
  page.alert.added = 3;
  page.alert.suppressed = {
      {"reason-recycling", "同一句原因用於多名對象", 2, 15, day().plus(9), "E00012", "清查專案期間"}};
  page.normal_if = {"選務、普查或補助清查等專案，有核定公文"};
  page.peers = PeerChart{"本週查詢筆數", "同類單位 5 個", 312, {70, 64, 81, 58, 77}, "筆"};
  for (int i = 0; i < 3; ++i) {
    EvidenceRow row;
    row.time = at(day(), 9 + i, 5, 3);
    row.system = "戶政";
    row.action = "個人基本資料";
    row.subject = "J22****" + std::to_string(511 + i) + " 陳○○";
    row.reason = "05 補助清查";
    row.case_no = "石民字第1150000412號";
    row.terminal = "10.60.1." + std::to_string(7 + i);
    row.marks = {"小單位量突增"};
    row.origin = "household/HH_QLOG_20260302.csv:" + std::to_string(402 + i);
    page.evidence.push_back(row);
  }
  page.evidence_omitted = 309;
  return page;
}

inline AlertPage gap() {
  AlertPage page = alert("車籍 mvr-query", "mvr-query", "車籍", model::Severity::medium,
                         {{"sequence-gap", "序號缺漏", 58, "120345–120412 缺 68 筆，檔案時間無中斷", 0}},
                         "序號 120345–120412 缺 68 筆，來源檔案時間無中斷。", 0);
  page.alert.key.about = model::About::source;
  page.alert.id = "0c9d8e7f6a5b4c3d";
  page.normal_if = {"來源機關重送缺漏檔案，或說明跳號原因"};
  return page;
}

inline AlertPage own_record() {
  AlertPage page = alert("周○芳", "K30155", "北埕戶政事務所・辦事員", model::Severity::low,
                         {{"own-id", "查詢本人", 38, "查詢本人戶籍資料 2 次", 2}}, "查詢自己之戶籍資料 2 次。", 2);
  page.alert.id = "a1b2c3d4e5f60718";
  page.alert.picked = "random";
  page.duty = "03/02 08:00–17:30";
  page.normal_if = {"系統測試或教育訓練，有主管核准"};
  page.peers = PeerChart{"本月累計查詢筆數", "同單位、同職務 0 人", 44, {}, "筆"};
  for (int i = 0; i < 2; ++i) {
    EvidenceRow row;
    row.time = at(day(), 13, 32 + i, 41);
    row.system = "戶政";
    row.action = "RC001";
    row.subject = "K20****318 周○○";
    row.reason = "01 民眾申請";
    row.case_no = "北戶字第000231號";
    row.terminal = "10.52.8.14";
    row.marks = {"查詢本人"};
    row.origin = "household/HH_QLOG_20260302.csv:" + std::to_string(1760 + i);
    page.evidence.push_back(row);
  }
  return page;
}

inline DailyReport report() {
  DailyReport out;
  out.agency = "範例縣政府政風處";
  out.day = day();
  out.made_at = at(day().plus(1), 6, 0);
  out.events = 21874;
  out.officers = 912;
  out.subjects = 15320;
  out.off_duty_events = 1408;
  out.no_reason_events = 96;
  out.explained_events = 20031;
  out.alerts_total = 147;
  out.alerts = {night_reader(), unit_surge(), gap(), own_record()};
  out.suppressed_total = 2;
  out.suppressions = {
      {15, "石橋鄉公所民政課", "同一句原因用於多名對象", false, day().plus(-20), day().plus(9), "E00012",
       "清查專案期間", 2, false},
      {16, "王○明 H10431 登記一課", "短時間連續查詢", true, day(), day().plus(90), "E00012", "櫃檯輪值，已核對號碼牌",
       1, true},
      {0, "", "資料來源靜默", false, std::nullopt, std::nullopt, "", "規則設定：同一情形於期間內不重複列出", 4, false}};
  out.decisions_cut = 17;
  out.sources = {
      {"household", "戶役政", 12040, 3, 1204511, 1203998, 512, 1, 0, at(day(), 23, 59, 40), {}},
      {"mvr-query", "車籍", 5120, 1, 480220, 480220, 0, 0, 0, at(day(), 23, 58, 2), {"序號 120345–120412 缺 68 筆。"}},
      {"land", "地政", 1914, 2, 90144, 90140, 0, 2, 2, at(day(), 17, 58, 51), {}},
      {"police", "警政", 2800, 12, 310077, 310070, 0, 5, 0, at(day(), 23, 59, 59), {}}};
  out.quarantined = {{"police", "plog/PLOG_20260302.log", 812, "查詢時間無法判讀：「1150231」不是日期"},
                     {"household", "HH_QLOG_20260302.csv", 2044, "欄位數 17，應為 18"}};
  out.quarantined_omitted = 4;
  out.notes = {"規則「轄區外查詢」未評估：參考資料缺 terminals.csv。",
               "參考資料 duty_roster.csv 第 31 行日期無法判讀，該列未採用。"};
  out.rules_version = "2026.03-6f1d2c9a";
  out.reference_version = "2026-03-01-44bb7a10";
  out.log_size = 2084952;
  return out;
}

}  // namespace trailwatch::report::sample
