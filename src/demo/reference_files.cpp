#include "demo/reference_files.h"

#include <algorithm>
#include <array>
#include <utility>

#include "demo/forms.h"
#include "demo/identity.h"
#include "demo/random.h"

namespace trailwatch::demo {

namespace {

// Codes and what they require, as the trails use them.
constexpr std::string_view kReasons =
    "system,reason_code,meaning,needs_case,needs_approver\n"
    "household,01,當事人申請,1,0\n"
    "household,02,利害關係人,1,0\n"
    "household,03,機關公文,1,1\n"
    "household,04,校正,0,0\n"
    "household,05,緊急查詢,0,1\n"
    "household,06,內部查對,0,0\n"
    "vehicle,T01,違規舉發,0,0\n"
    "vehicle,T02,交通事故,1,0\n"
    "vehicle,T03,失竊協尋,1,0\n"
    "vehicle,T04,路檢攔查,0,0\n"
    "vehicle,T05,刑案偵查,1,0\n"
    "vehicle,T06,違停移置,0,0\n"
    "vehicle,T07,環保稽查,1,0\n"
    "vehicle,T09,系統維護,0,0\n"
    "land,L01,登記審查,1,0\n"
    "land,L02,複丈測量,1,0\n"
    "land,L03,謄本核發,1,0\n"
    "land,L04,機關協查,1,1\n"
    "land,L05,稅籍地價,0,0\n"
    "land,L06,檔案調閱,0,1\n"
    "land,L07,現勘會勘,0,0\n"
    "land,L08,福利審查,1,0\n"
    "police,C01,刑案偵查,1,0\n"
    "police,C02,查緝通緝,0,0\n"
    "police,C03,盤查臨檢,0,0\n"
    "police,C04,交通事故,1,0\n"
    "police,C05,受理報案,1,0\n"
    "police,C06,公文查復,1,0\n"
    "police,C07,系統維護,0,0\n"
    "police,C09,勤區查察,0,0\n";

constexpr std::array<std::string_view, 12> kProtectedBecause = {
    "縣長",     "議員",     "議員",       "鄉鎮長",           "法官",
    "檢察官",   "媒體人物", "知名企業家", "家暴保護令聲請人", "家暴保護令聲請人",
    "證人保護", "祕密證人"};
constexpr std::array<std::string_view, 7> kWeekdays = {"一", "二", "三", "四", "五", "六", "日"};

void add_officer(std::string& out, const Organisation& organisation, const Officer& officer) {
  const Unit& unit = organisation.unit_of(officer);
  add_field(out, officer.id);
  add_field(out, officer.name);
  add_field(out, unit.agency_in_logs());
  add_field(out, unit.plan.name);
  add_field(out, title(officer.role));
  add_field(out, systems(officer.role));
  add_field(out, officer.account);
  add_field(out, officer.national_id);
  add_field(out, format_day(officer.since));
  add_field(out, officer.until ? format_day(*officer.until) : "");
  add_field(out, officer.role == Role::system_administrator ? "1" : "0");
  out += '\n';
}

std::string staff_csv(const ReferenceData& data) {
  std::string out = "officer,name,agency,unit,role,systems,accounts,national_id,from,to,privileged\n";
  for (const Officer& officer : data.organisation.officers) add_officer(out, data.organisation, officer);
  for (const Officer& officer : data.organisation.former) add_officer(out, data.organisation, officer);
  return out;
}

// Whole years, as the government publishes it; the days before the first may reach into the year before.
std::string calendar_csv(const ReferenceData& data) {
  std::string out = "西元日期,星期,是否放假,備註\n";
  const LocalDay begin = to_day({to_civil(data.first.plus(-1)).year, 1, 1});
  const LocalDay end = to_day({to_civil(data.until).year, 12, 31});
  for (LocalDay day = begin; day <= end; day = day.plus(1)) {
    add_field(out, compact_day(day));
    add_field(out, kWeekdays[static_cast<std::size_t>(weekday(day) - 1)]);
    add_field(out, is_working_day(day) ? "0" : "2");
    add_field(out, holiday_name(day));
    out += '\n';
  }
  return out;
}

std::string shifts_csv(const ReferenceData& data) {
  std::string out = "officer,start,end\n";
  const auto add = [&](const Officer& officer, LocalDay day, Span span) {
    if (span.begin == span.end) return;
    add_field(out, officer.id);
    add_field(out, minute_stamp(day, span.begin));
    add_field(out, minute_stamp(day, span.end));
    out += '\n';
  };
  for (LocalDay day = data.first.plus(-1); day <= data.until; day = day.plus(1)) {
    for (std::size_t i = 0; i < data.organisation.officers.size(); ++i) {
      const Officer& officer = data.organisation.officers[i];
      if (works_in_shifts(officer.role)) add(officer, day, data.duty.duty(i, day));
      add(officer, day, data.duty.overtime(i, day));
    }
  }
  return out;
}

std::string leave_csv(const ReferenceData& data) {
  std::vector<Leave> leaves = data.duty.leaves();
  std::sort(leaves.begin(), leaves.end(), [](const Leave& a, const Leave& b) {
    return std::pair(a.first, a.officer) < std::pair(b.first, b.officer);
  });
  std::string out = "officer,start,end,kind\n";
  for (const Leave& leave : leaves) {
    add_field(out, data.organisation.officers[leave.officer].id);
    add_field(out, format_day(leave.first) + "T00:00");
    add_field(out, format_day(leave.last) + "T23:59");
    add_field(out, leave.kind);
    out += '\n';
  }
  return out;
}

std::string cases_csv(const ReferenceData& data) {
  std::string out = "case_no,agency,unit,officer,opened,closed,kind,subjects\n";
  for (const Case& entry : data.cases.all()) {
    const Officer& officer = data.organisation.officers[entry.officer];
    const Unit& unit = data.organisation.unit_of(officer);
    std::string subjects;
    for (const std::string& subject : entry.subjects) subjects += (subjects.empty() ? "" : ";") + subject;
    add_field(out, entry.number);
    add_field(out, unit.agency_in_logs());
    add_field(out, unit.plan.name);
    add_field(out, officer.id);
    add_field(out, format_day(entry.opened));
    // Nobody knows yet when an open case will be closed.
    add_field(out, entry.closed && *entry.closed <= data.until ? format_day(*entry.closed) : "");
    add_field(out, entry.kind);
    add_field(out, subjects);
    out += '\n';
  }
  return out;
}

std::string terminals_csv(const ReferenceData& data) {
  std::string out = "terminal,agency,unit\n";
  for (const Unit& unit : data.organisation.units) {
    for (const std::string& terminal : unit.terminals) {
      add_field(out, terminal);
      add_field(out, unit.agency_in_logs());
      add_field(out, unit.plan.name);
      out += '\n';
    }
  }
  return out;
}

std::string protected_csv(const ReferenceData& data) {
  std::string out = "subject_kind,subject,why\n";
  for (std::size_t i = 0; i < data.protected_persons.size(); ++i) {
    add_field(out, "person");
    add_field(out, data.protected_persons[i]);
    add_field(out, kProtectedBecause[i % kProtectedBecause.size()]);
    out += '\n';
  }
  Random random(data.seed, "protected plates");
  for (int i = 0; i < 3; ++i) {
    add_field(out, "vehicle");
    add_field(out, make_plate(random));
    add_field(out, "祕密證人");
    out += '\n';
  }
  return out;
}

std::string watchlist_csv(const ReferenceData& data) {
  std::string out = "officer,since,until,why\n";
  Random random(data.seed, "watch list");
  for (int i = 0; i < 2; ++i) {
    const Officer& officer = random.pick(data.organisation.officers);
    add_field(out, officer.id);
    add_field(out, format_day(data.first.plus(-random.between(30, 200))));
    add_field(out, "");
    add_field(out, i == 0 ? "曾代查個資" : "財務狀況待關懷");
    out += '\n';
  }
  return out;
}

}  // namespace

Status write_reference_files(const ReferenceData& data, const WriteFile& write) {
  const std::array<std::pair<std::string_view, std::string>, 9> files = {{
      {"reference/staff.csv", staff_csv(data)},
      {"reference/calendar.csv", calendar_csv(data)},
      {"reference/shifts.csv", shifts_csv(data)},
      {"reference/leave.csv", leave_csv(data)},
      {"reference/cases.csv", cases_csv(data)},
      {"reference/terminals.csv", terminals_csv(data)},
      {"reference/protected.csv", protected_csv(data)},
      {"reference/watchlist.csv", watchlist_csv(data)},
      {"reference/reasons.csv", std::string(kReasons)},
  }};
  for (const auto& [path, text] : files) {
    if (Status status = write(path, text); !status) return status;
  }
  return Done{};
}

}  // namespace trailwatch::demo
