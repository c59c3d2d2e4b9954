#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "trailwatch/report/document.h"

// What is handed on when a case goes to whoever decides about it (移送). Nothing in it says that anybody did wrong.
namespace trailwatch::report {

struct CaseAlert {
  LocalDay day;
  std::string id;
  std::string risk;  // `▲ 高 91`
  std::int64_t events = 0;
  std::string why;
  std::string state;  // `移送`, `待處理`
};

// One rule of one alert with its figures.
struct CaseRule {
  LocalDay day;
  std::string title;
  std::int64_t points = 0;
  std::string sentence;
};

struct CaseLookup {
  EvidenceRow row;                   // masked
  std::optional<std::int64_t> leaf;  // its leaf in the tree; nothing when it is sealed in none
};

// Something that a person entered: a decision, or a unit's answer in the sampling audit.
struct CaseEntry {
  LocalTime at;
  std::string by;
  std::string about;  // `警示 056099fc76efd1e0`, `抽查 115/03，事件 000000000123`
  std::string state;  // `查證中`, `符合`
  std::string words;
};

struct CaseBundle {
  LocalTime at;
  std::string by;
  std::string alert;
  std::string file, sha256;
  std::int64_t records = 0;
  std::optional<std::int64_t> leaf;  // of the export's own record
};

struct CaseSummary {
  std::string agency;
  std::string number;  // `案件 9e8d7c6b5a493827`, `警示 …`
  std::string name;    // masked; a unit's or source's as it is
  std::string id;      // staff id; empty for what is not a person
  std::string place;   // `範例縣警察局 東門分局偵查隊・偵查佐`
  std::string systems;
  std::string account;  // accounts that were used
  std::int64_t subjects = 0;
  std::vector<CaseAlert> alerts;       // by day
  std::vector<CaseRule> rules;         // by day, most points first
  std::vector<std::string> normal_if;  // what would have explained it
  std::vector<CaseLookup> lookups;     // in order of time
  std::int64_t lookups_omitted = 0;
  std::vector<CaseEntry> entries;  // in order of time
  std::vector<CaseBundle> bundles;
  std::string log_origin;
  std::string checkpoint;  // the newest signed note; empty when there is none
  LocalTime made;
  std::string by;
};

Document case_document(const CaseSummary& summary);

}  // namespace trailwatch::report
