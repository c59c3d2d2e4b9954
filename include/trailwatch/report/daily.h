#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "trailwatch/base/result.h"
#include "trailwatch/base/time.h"
#include "trailwatch/model/alert.h"

namespace trailwatch::report {

// One look-up as evidence. Everything personal is already masked: this room never sees a plain identifier.
struct EvidenceRow {
  LocalTime time;
  std::string system;   // for people: `戶政`
  std::string action;   // `RC001`, or its Chinese name where known
  std::string subject;  // masked: `J12****000 李○○`; empty when there was none
  std::string reason;   // code's meaning and text; empty when not given
  std::string case_no;  // empty when not given
  std::string terminal;
  std::vector<std::string> marks;  // titles of the rules it is evidence for
  std::string origin;              // `household/HH_QLOG_….csv:12`
};

// The officer among peers: month to date.
struct PeerChart {
  std::string title;        // `本月累計查詢筆數`
  std::string peers_label;  // `同單位、同職務 6 人`
  std::int64_t own = 0;
  std::vector<std::int64_t> peers;  // without the officer, any order
  std::string unit = "筆";
};

// The officer's days up to the report's day, oldest first.
struct DayChart {
  std::vector<std::pair<LocalDay, std::int64_t>> own;
  std::vector<double> peer_median;  // same length; may be empty
  std::vector<bool> day_off;        // same length; may be empty
};

// What the alert belongs to, as far as the report's day.
struct CaseLine {
  std::string id;
  LocalDay first;           // of its first alert
  std::int64_t number = 1;  // this alert is its n-th
  std::int64_t alerts = 1;  // so far
};

struct AlertPage {
  model::Alert alert;
  std::string name;   // masked: `王○明`; a unit's or source's name as it is
  std::string place;  // `竹北分局偵查隊・偵查佐`
  std::string duty;   // `03/02 08:00–16:00`, from the roster; may be empty
  std::optional<PeerChart> peers;
  std::optional<DayChart> days;
  std::vector<std::string> normal_if;  // what would have explained it
  std::vector<EvidenceRow> evidence;   // in order of time
  std::int64_t evidence_omitted = 0;   // rows beyond the limit
  bool evidence_withheld = false;      // left out on purpose: what goes by mail holds no row of evidence
  std::optional<LocalTime> first;      // of all its evidence, by the office's clock; without them the listed rows tell
  std::optional<LocalTime> last;
  std::optional<CaseLine> in_case;
  std::optional<LocalTime> decided_at;  // of alert.decision
};

// A suppression that holds on the report's day.
struct SuppressionLine {
  std::int64_t number = 0;  // in the ledger; 0: the rule's own `x-suppress`
  std::string whom;         // masked; empty for a rule's own
  std::string rule;         // title
  bool one_group = false;   // of one subject, terminal … only
  std::optional<LocalDay> from, until;
  std::string by;
  std::string reason;
  std::int64_t findings = 0;  // of the report's day that do not count because of it
  bool is_new = false;        // set since the report before
};

// What an earlier report did not know of an alert: 補登, what came late; 撤回, what no longer holds.
struct ChangeLine {
  LocalDay day;  // of the alert
  bool withdrawn = false;
  std::string alert;     // its id
  std::string whom;      // masked: `王○明 B10427　竹北分局偵查隊`
  std::string sentence;  // `新增警示，高 91 分，23 筆`
};

// Records of a day that came after its report had gone out.
struct LateDay {
  LocalDay day;
  std::int64_t events = 0;
};

struct SourceLine {
  std::string name;         // `household`
  std::string title;        // `戶役政`
  std::int64_t events = 0;  // of the report's day
  std::int64_t files = 0;
  std::int64_t records_in = 0;  // all-time counters: in = stored + duplicates + quarantined + pending
  std::int64_t stored = 0;
  std::int64_t duplicates = 0;
  std::int64_t quarantined = 0;
  std::int64_t pending = 0;
  std::optional<LocalTime> newest;  // newest event
  std::vector<std::string> faults;  // `序號 120345–120412 缺 68 筆`; empty when all is well
};

struct QuarantineLine {
  std::string source;
  std::string file;
  std::int64_t line = 0;
  std::string reason;
};

// Everything a daily report says, as plain values: rendering is a pure function of this.
struct DailyReport {
  std::string agency;  // who reads it: `新竹縣政府政風處`
  LocalDay day;
  // Printed in the foot: the moment the day closed, not the wall clock, so that the report can be made again.
  LocalTime made_at;
  std::int64_t events = 0;  // of that day
  std::int64_t officers = 0;
  std::int64_t subjects = 0;
  std::int64_t off_duty_events = 0;
  std::int64_t no_reason_events = 0;
  std::int64_t explained_events = 0;  // with a case, application or duty that accounts for them
  std::int64_t alerts_total = 0;
  std::int64_t budget = 20;
  std::vector<AlertPage> alerts;              // best first, up to the budget; those drawn at random last
  std::int64_t suppressed_total = 0;          // alerts of which nothing counts, and so not listed
  std::vector<SuppressionLine> suppressions;  // soonest end first
  std::int64_t decisions_cut = 0;             // the ledger's last entry that this report knows
  std::vector<ChangeLine> changes;            // to earlier reports, by day
  std::vector<LateDay> late;                  // by day
  std::vector<SourceLine> sources;
  std::vector<QuarantineLine> quarantined;  // of that day's delivery
  std::int64_t quarantined_omitted = 0;
  std::vector<std::string> notes;  // rules that could not be evaluated, reference problems
  std::string rules_version;
  std::string reference_version;
  std::int64_t log_size = 0;  // events in the store when it was made
  std::string checkpoint;     // the signed note over the log as of this report; empty when there is none
};

// One self-contained, print-ready page: no script, no file besides itself. Traditional Chinese.
std::string to_html(const DailyReport& report);
// The same for a terminal or a plain mail; lines at most 78 columns wide (a Chinese character takes two).
std::string to_text(const DailyReport& report);
// The same for programs (docs/formats/daily-report.md).
std::string to_json(const DailyReport& report);
// The same on paper: A4, heads repeated, the checkpoint at the end. The same report gives the same bytes on the same
// machine, since fonts differ; its date is `made_at`. Fails with Errc::unavailable.
Result<std::string> to_pdf(const DailyReport& report);

}  // namespace trailwatch::report
