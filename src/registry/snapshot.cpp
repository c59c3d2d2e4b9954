#include "trailwatch/registry/snapshot.h"

#include <algorithm>
#include <array>
#include <set>

#include "registry/duty_times.h"
#include "registry/reference_rows.h"
#include "trailwatch/base/hash.h"
#include "trailwatch/base/text.h"

namespace trailwatch::registry {

std::string_view to_text(Duty duty) {
  static constexpr std::array<std::string_view, 5> kWords = {"on", "off", "holiday", "leave", "unknown"};
  return kWords[static_cast<std::size_t>(duty)];
}

struct Watch {
  LocalDay since;
  std::optional<LocalDay> until;  // inclusive
};

struct Snapshot::Impl {
  explicit Impl(Options given) : options(std::move(given)), duty(options) {}

  Options options;
  std::map<std::string, Officer, std::less<>> officers;
  DutyTimes duty;
  std::map<std::pair<std::string, std::string>, ReasonCode> reasons;
  std::map<std::string, std::vector<Watch>, std::less<>> watches;
  std::vector<Problem> problems;
  std::vector<std::string> absent;
  std::string version;

  void read_staff(std::string_view text);
  void read_calendar(std::string_view text);
  void read_stretches(const char* file, std::string_view text, bool is_leave);
  void read_reasons(std::string_view text);
  void read_watchlist(std::string_view text);
};

namespace {

std::vector<std::string> list_of(std::string_view cell) {
  std::vector<std::string> out;
  for (const std::string_view part : split(cell, ';')) {
    if (!trim(part).empty()) out.emplace_back(trim(part));
  }
  return out;
}

std::string officer_id(std::string_view cell) {
  return to_upper(fold_width(cell));
}

}  // namespace

void Snapshot::Impl::read_staff(std::string_view text) {
  ReferenceRows rows("staff.csv", text, {"officer", "agency", "unit"}, problems);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Officer officer;
    officer.id = officer_id(rows.cell(i, "officer"));
    if (officer.id.empty()) {
      rows.complain(i, "未填 officer");
      continue;
    }
    officer.name = rows.cell(i, "name");
    officer.agency = rows.cell(i, "agency");
    officer.unit = rows.cell(i, "unit");
    officer.role = rows.cell(i, "role");
    officer.systems = list_of(rows.cell(i, "systems"));
    officer.accounts = list_of(rows.cell(i, "accounts"));
    const std::size_t before_row = problems.size();
    officer.from = rows.day(i, "from");
    officer.until = rows.day(i, "to");
    officer.privileged = rows.flag(i, "privileged");
    if (problems.size() != before_row) continue;
    const std::string id = officer.id;
    const auto before = officers.find(id);
    // A transfer gives an officer two rows; the later one holds.
    if (before != officers.end() && before->second.from == officer.from) {
      rows.complain(i, "officer「" + id + "」同日重複，採用先出現者");
    } else if (before == officers.end() || before->second.from < officer.from) {
      officers[id] = std::move(officer);
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
    const std::string officer = officer_id(rows.cell(i, "officer"));
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
    std::pair key(std::string(rows.cell(i, "system")), to_upper(rows.cell(i, "reason_code")));
    if (key.first.empty() || key.second.empty()) {
      rows.complain(i, "未填 system 或 reason_code");
    } else if (!reasons.emplace(std::move(key), std::move(code)).second) {
      rows.complain(i, "代碼重複，採用先出現者");
    }
  }
}

void Snapshot::Impl::read_watchlist(std::string_view text) {
  ReferenceRows rows("watchlist.csv", text, {"officer", "since"}, problems);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::size_t before_row = problems.size();
    const std::string officer = officer_id(rows.cell(i, "officer"));
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
      read(std::string_view(*text));
    } else {
      impl->absent.emplace_back(file);
    }
  };
  const auto later = [](std::string_view) {};  // kept and named in the version; read when a rule needs it
  use("calendar.csv", texts.calendar, [&](std::string_view text) { impl->read_calendar(text); });
  use("cases.csv", texts.cases, later);
  use("leave.csv", texts.leave, [&](std::string_view text) { impl->read_stretches("leave.csv", text, true); });
  use("protected.csv", texts.protected_subjects, later);
  use("reasons.csv", texts.reasons, [&](std::string_view text) { impl->read_reasons(text); });
  use("shifts.csv", texts.shifts, [&](std::string_view text) { impl->read_stretches("shifts.csv", text, false); });
  use("staff.csv", texts.staff, [&](std::string_view text) { impl->read_staff(text); });
  use("terminals.csv", texts.terminals, later);
  use("watchlist.csv", texts.watchlist, [&](std::string_view text) { impl->read_watchlist(text); });
  impl->duty.finish(impl->officers);
  impl->version = to_hex(hash.digest(), 8);
  Snapshot out;
  out.impl_ = std::move(impl);
  return out;
}

const Officer* Snapshot::officer(std::string_view id) const {
  const auto found = impl_->officers.find(id);
  return found == impl_->officers.end() ? nullptr : &found->second;
}

std::vector<const Officer*> Snapshot::peers(std::string_view agency, std::string_view unit,
                                            std::string_view role) const {
  std::vector<const Officer*> out;
  for (const auto& [id, officer] : impl_->officers) {
    if (officer.agency == agency && officer.unit == unit && officer.role == role) out.push_back(&officer);
  }
  return out;
}

const std::map<std::string, Officer, std::less<>>& Snapshot::officers() const {
  return impl_->officers;
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
  const std::string upper = to_upper(code);
  for (const std::string_view where : {channel, system}) {
    const auto found = impl_->reasons.find({std::string(where), upper});
    if (found != impl_->reasons.end()) return &found->second;
  }
  return nullptr;
}

bool Snapshot::has_reasons() const {
  return !impl_->reasons.empty();
}
bool Snapshot::has_staff() const {
  return !impl_->officers.empty();
}

bool Snapshot::watched(std::string_view officer, LocalDay day) const {
  const auto found = impl_->watches.find(officer);
  return found != impl_->watches.end() &&
         std::any_of(found->second.begin(), found->second.end(),
                     [&](const Watch& watch) { return day >= watch.since && (!watch.until || day <= *watch.until); });
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
