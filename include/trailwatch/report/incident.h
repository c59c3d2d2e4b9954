#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "trailwatch/report/workbook.h"

// Whose data may have been disclosed by some look-ups (個資外洩事件), and until when that must be reported.
namespace trailwatch::report {

// One subject, however often it was looked up.
struct ExposedSubject {
  std::string code;     // begins as the subject's token does, the rest is covered; the same one the same code
  std::string kind;     // 人, 車輛, 地號
  std::string subject;  // masked: `J12****000 李○○`; empty once the month is erased
  std::string systems;  // 戶政、車籍
  LocalTime first, last;
  std::int64_t lookups = 0;
};

struct IncidentLookup {
  LocalTime time;
  std::string system, action;
  std::string code;  // of the subject; empty when the record names none
  std::string subject;
  std::string reason, case_no, terminal;
  std::optional<std::int64_t> rows;  // returned by the register: one look-up of a household shows several persons
  std::string event;                 // twelve digits: its number in the log
};

// Look-ups and different subjects of one system and kind of data.
struct ExposureLine {
  std::string system, kind;
  std::int64_t lookups = 0, subjects = 0;
  std::int64_t rows = 0;  // returned, where the register says it
};

// The clock of the notice. It starts when the office learned of it, which only a person can say.
struct NoticeClock {
  LocalTime known_at;
  std::int64_t hours = 72;
  LocalTime ends;
  std::int64_t remaining_minutes = 0;  // when the export was made; negative once it has run out
  std::string law;                     // where the period comes from, with its date
};

struct Incident {
  std::string agency;
  std::string about;  // `警示 056099fc76efd1e0`, `案件 …`, `查詢人員 H10431，115/03/01 至 115/03/05`
  std::string whom;   // masked: `王○明 H10431 登記一課`
  LocalTime made;
  std::string by;
  NoticeClock clock;
  std::int64_t persons = 0;             // different subjects that are persons
  std::int64_t subjects = 0;            // of all kinds
  std::int64_t without_subject = 0;     // look-ups whose record names nobody
  std::vector<ExposureLine> lines;      // by system, then kind
  std::vector<ExposureLine> actions;    // the same by 查詢項目, which stands in `kind`
  std::vector<ExposedSubject> list;     // in order of their first look-up
  std::vector<IncidentLookup> lookups;  // in order of time
};

// `尚餘 41 小時 12 分`, `已逾期 3 小時 5 分`
std::string remaining_words(std::int64_t minutes);

// 摘要, 範圍, 通知名單, 查詢紀錄. `check`: ties the printed pages to the files.
Workbook to_workbook(const Incident& incident, const std::string& check);
// For notifying and for programs: UTF-8 with BOM, RFC 4180, cells safe in a spreadsheet.
std::string subjects_csv(const Incident& incident);
std::string lookups_csv(const Incident& incident);

}  // namespace trailwatch::report
