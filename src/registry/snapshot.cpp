#include "trailwatch/registry/snapshot.h"

#include <algorithm>
#include <set>

#include "registry/keys.h"
#include "registry/reference_rows.h"
#include "registry/snapshot_impl.h"
#include "trailwatch/base/hash.h"
#include "trailwatch/base/text.h"

namespace trailwatch::registry {

void Snapshot::Impl::read_staff(std::string_view text) {
  ReferenceRows rows("staff.csv", text, {"officer", "agency", "unit"}, problems);
  staff.read(rows);
}

void Snapshot::Impl::read_cases(std::string_view text) {
  ReferenceRows rows("cases.csv", text, {"case_no", "agency"}, problems);
  cases.read(rows);
}

void Snapshot::Impl::read_terminals(std::string_view text) {
  ReferenceRows rows("terminals.csv", text, {"terminal", "agency"}, problems);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::string terminal = key_of(rows.cell(i, "terminal"));
    const std::string_view agency = rows.cell(i, "agency");
    if (terminal.empty() || agency.empty()) {
      rows.complain(i, "未填 terminal 或 agency");
    } else {
      terminals[std::move(terminal)].push_back({std::string(agency), std::string(rows.cell(i, "unit"))});
    }
  }
}

void Snapshot::Impl::read_protected(std::string_view text) {
  ReferenceRows rows("protected.csv", text, {"subject_kind", "subject"}, problems);
  if (rows.usable()) protected_subjects.emplace();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto kind = model::find_subject_kind(rows.cell(i, "subject_kind"));
    std::string subject = key_of(rows.cell(i, "subject"));
    if (!kind || *kind == model::SubjectKind::none || subject.empty()) {
      rows.complain(i, "subject_kind 應為 person、vehicle 或 parcel，且須填 subject");
      continue;
    }
    std::string why(rows.cell(i, "why"));
    if (why.empty()) why = "保護對象";
    std::vector<Protected>& listed = (*protected_subjects)[std::move(subject)];
    const auto same = [&](const Protected& p) { return p.kind == *kind; };
    const auto found = std::find_if(listed.begin(), listed.end(), same);
    if (found == listed.end()) {
      listed.push_back({*kind, std::move(why)});
    } else {
      found->why += "、" + why;
    }
  }
}

void Snapshot::Impl::read_calendar(std::string_view text) {
  ReferenceRows rows("calendar.csv", text, {"西元日期", "是否放假"}, problems);
  std::set<LocalDay> seen;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string_view date = rows.cell(i, "西元日期"), off = rows.cell(i, "是否放假");
    const auto day = date.size() == 8 ? parse_day(std::string(date.substr(0, 4)) + "-" +
                                                  std::string(date.substr(4, 2)) + "-" + std::string(date.substr(6, 2)))
                                      : std::nullopt;
    if (!day || (off != "0" && off != "2")) {
      rows.complain(i, "西元日期應為 20260302，是否放假應為 0 或 2");
    } else if (!seen.insert(*day).second) {
      rows.complain(i, "日期重複，採用先出現者");
    } else {
      duty.add_day(*day, off == "0");
    }
  }
}

void Snapshot::Impl::read_stretches(const char* file, std::string_view text, bool is_leave) {
  ReferenceRows rows(file, text, {"officer", "start", "end"}, problems);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto start = rows.local_time(i, "start"), end = rows.local_time(i, "end");
    if (!start || !end) continue;
    Stretch stretch{wall_micros(*start), wall_micros(*end)};
    // `23:59` names the last minute of a leave, which is part of it; a bare day its whole last day.
    if (is_leave && rows.cell(i, "end").size() == 10) stretch.until += kMicrosPerDay;
    if (is_leave && end->micros / kMicrosPerMinute % 60 == 59) stretch.until += kMicrosPerMinute;
    if (stretch.from >= stretch.until) {
      rows.complain(i, "end 不在 start 之後");
      continue;
    }
    const std::string officer = key_of(rows.cell(i, "officer"));
    if (officer.empty()) {
      rows.complain(i, "未填 officer");
      continue;
    }
    is_leave ? duty.add_leave(officer, stretch) : duty.add_shift(officer, stretch);
  }
}

void Snapshot::Impl::read_reasons(std::string_view text) {
  ReferenceRows rows("reasons.csv", text, {"system", "reason_code", "meaning"}, problems);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::size_t before_row = problems.size();
    ReasonCode code{std::string(rows.cell(i, "meaning")), rows.flag(i, "needs_case"), rows.flag(i, "needs_approver")};
    if (problems.size() != before_row) continue;
    const std::string system(rows.cell(i, "system"));
    std::string key = key_of(rows.cell(i, "reason_code"));
    if (system.empty() || key.empty()) {
      rows.complain(i, "未填 system 或 reason_code");
    } else if (!reasons[system].emplace(std::move(key), std::move(code)).second) {
      rows.complain(i, "代碼重複，採用先出現者");
    }
  }
}

void Snapshot::Impl::read_watchlist(std::string_view text) {
  ReferenceRows rows("watchlist.csv", text, {"officer", "since"}, problems);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::size_t before_row = problems.size();
    const std::string officer = key_of(rows.cell(i, "officer"));
    const auto since = rows.day(i, "since"), until = rows.day(i, "until");
    if (problems.size() != before_row) continue;
    if (officer.empty() || !since) {
      rows.complain(i, "未填 officer 或 since");
    } else if (until && *until < *since) {
      rows.complain(i, "until 早於 since");
    } else {
      watches[officer].push_back({*since, until});
    }
  }
}

Snapshot Snapshot::build(const ReferenceTexts& texts, Options options) {
  auto impl = std::make_shared<Impl>(std::move(options));
  Sha256 hash;
  const auto use = [&](const char* file, const std::optional<std::string>& text, auto&& read) {
    hash.add(file);
    hash.add(text ? "=" + std::to_string(text->size()) + "=" + *text : std::string("-"));
    if (text) {
      impl->digests[file] = sha256(*text);
      read(std::string_view(*text));
    } else {
      impl->absent.emplace_back(file);
    }
  };
  use("calendar.csv", texts.calendar, [&](std::string_view text) { impl->read_calendar(text); });
  use("cases.csv", texts.cases, [&](std::string_view text) { impl->read_cases(text); });
  use("leave.csv", texts.leave, [&](std::string_view text) { impl->read_stretches("leave.csv", text, true); });
  use("protected.csv", texts.protected_subjects, [&](std::string_view text) { impl->read_protected(text); });
  use("reasons.csv", texts.reasons, [&](std::string_view text) { impl->read_reasons(text); });
  use("shifts.csv", texts.shifts, [&](std::string_view text) { impl->read_stretches("shifts.csv", text, false); });
  use("staff.csv", texts.staff, [&](std::string_view text) { impl->read_staff(text); });
  use("terminals.csv", texts.terminals, [&](std::string_view text) { impl->read_terminals(text); });
  use("watchlist.csv", texts.watchlist, [&](std::string_view text) { impl->read_watchlist(text); });
  impl->duty.finish(impl->staff.latest());
  impl->version = to_hex(hash.digest(), 8);
  Snapshot out;
  out.impl_ = std::move(impl);
  return out;
}

const Officer* Snapshot::officer(std::string_view id) const {
  const auto found = impl_->staff.latest().find(id);
  return found == impl_->staff.latest().end() ? nullptr : &found->second;
}

const Officer* Snapshot::officer_on(std::string_view id, LocalDay day) const {
  return impl_->staff.on(id, day);
}
StaffStatus Snapshot::status(std::string_view id, LocalDay day) const {
  return impl_->staff.status(id, day);
}

Owner Snapshot::owner_of(std::string_view account, std::string_view officer) const {
  return impl_->staff.owner_of(account, officer);
}

std::optional<bool> Snapshot::system_allowed(std::string_view officer, std::string_view system,
                                             std::string_view channel, LocalDay day) const {
  const Officer* row = officer_on(officer, day);
  if (row == nullptr || row->systems.empty()) return std::nullopt;
  return std::any_of(row->systems.begin(), row->systems.end(), [&](const std::string& allowed) {
    return equals_ignoring_case(allowed, system) || equals_ignoring_case(allowed, channel);
  });
}

Relation Snapshot::relation(std::string_view officer, std::string_view subject, LocalDay day) const {
  return impl_->staff.relation(officer, subject, day);
}

std::vector<const Officer*> Snapshot::peers(std::string_view agency, std::string_view unit,
                                            std::string_view role) const {
  std::vector<const Officer*> out;
  for (const auto& [id, officer] : impl_->staff.latest()) {
    if (officer.agency == agency && officer.unit == unit && officer.role == role) out.push_back(&officer);
  }
  return out;
}

const std::map<std::string, Officer, std::less<>>& Snapshot::officers() const {
  return impl_->staff.latest();
}

DutyState Snapshot::duty(std::string_view officer, std::string_view agency, std::string_view unit, Instant at) const {
  return impl_->duty.state(officer, agency, unit, impl_->options.zone.local(at));
}

std::string Snapshot::duty_text(std::string_view officer, LocalDay day) const {
  return impl_->duty.text(officer, day);
}

std::optional<bool> Snapshot::works(LocalDay day) const {
  return impl_->duty.works(day);
}

const ReasonCode* Snapshot::reason(std::string_view system, std::string_view channel, std::string_view code) const {
  for (const std::string_view where : {channel, system}) {
    const auto codes = impl_->reasons.find(where);
    if (codes == impl_->reasons.end()) continue;
    if (const ReasonCode* found = find(codes->second, code)) return found;
  }
  return nullptr;
}

bool Snapshot::has_reasons() const {
  return !impl_->reasons.empty();
}
bool Snapshot::has_staff() const {
  return !impl_->staff.latest().empty();
}

bool Snapshot::watched(std::string_view officer, LocalDay day) const {
  const auto found = impl_->watches.find(officer);
  return found != impl_->watches.end() &&
         std::any_of(found->second.begin(), found->second.end(),
                     [&](const Watch& watch) { return day >= watch.since && (!watch.until || day <= *watch.until); });
}

TerminalPlace Snapshot::place_of(std::string_view terminal, std::string_view officer, std::string_view agency,
                                 std::string_view unit, LocalDay day) const {
  const auto* places = find(impl_->terminals, terminal);
  if (places == nullptr) return TerminalPlace::unknown;
  const Officer* row = officer_on(officer, day);
  TerminalPlace nearest = TerminalPlace::other_agency;
  const auto see = [&](const Place& place, std::string_view from_agency, std::string_view from_unit) {
    if (place.agency != from_agency) return;
    const bool own = place.unit.empty() || place.unit == from_unit;
    nearest = std::min(nearest, own ? TerminalPlace::own : TerminalPlace::other_unit);
  };
  for (const Place& place : *places) {
    see(place, agency, unit);
    if (row != nullptr) see(place, row->agency, row->unit);
  }
  return nearest;
}

std::optional<std::string_view> Snapshot::protected_because(model::SubjectKind kind, std::string_view subject) const {
  if (!impl_->protected_subjects) return std::nullopt;
  if (const auto* reasons = find(*impl_->protected_subjects, subject)) {
    for (const Protected& reason : *reasons) {
      if (reason.kind == kind) return reason.why;
    }
  }
  return std::string_view{};
}

CaseAnswer Snapshot::ask_case(const CaseQuestion& question) const {
  const Officer* row = officer_on(question.officer, question.day);
  return impl_->cases.ask(question, row, impl_->options.case_grace_days);
}

const std::vector<Problem>& Snapshot::problems() const {
  return impl_->problems;
}
const std::string& Snapshot::version() const {
  return impl_->version;
}
const Zone& Snapshot::zone() const {
  return impl_->options.zone;
}
const std::vector<std::string>& Snapshot::absent() const {
  return impl_->absent;
}

}  // namespace trailwatch::registry
