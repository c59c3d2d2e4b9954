#include "trailwatch/registry/comparison.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "registry/snapshot_impl.h"

namespace trailwatch::registry {

namespace {

// What rules see of somebody's row.
auto seen_of(const Officer& row) {
  return std::tie(row.agency, row.unit, row.role, row.systems, row.privileged, row.from);
}

bool is_same_post(const Officer* one, const Officer* other) {
  if (one == nullptr || other == nullptr) return one == other;
  return seen_of(*one) == seen_of(*other);
}

// The row that rules look at: that of the day, or the latest.
const Officer* row_of(const Snapshot& snapshot, std::string_view officer, LocalDay day) {
  const Officer* row = snapshot.officer_on(officer, day);
  return row == nullptr ? snapshot.officer(officer) : row;
}

bool contains(const std::vector<std::string>& sorted, std::string_view text) {
  std::string buffer;
  return std::binary_search(sorted.begin(), sorted.end(), as_key(text, buffer), std::less<>());
}

bool is_same_code(const ReasonCode* one, const ReasonCode* other) {
  if (one == nullptr || other == nullptr) return one == other;
  return *one == *other;
}

}  // namespace

struct Comparison::Impl {
  Snapshot before, after;
  std::vector<std::string> files;
  bool everything = false;
  bool staff = false, duty = false, cases = false, terminals = false, reasons = false, watchlist = false;
  std::vector<std::string> staff_officers;  // with other rows
  std::vector<std::string> officers;        // and those with other shifts or leave
  std::vector<ListedSubject> subjects;
  std::vector<LocalDay> days;

  Impl(Snapshot old_one, Snapshot new_one) : before(std::move(old_one)), after(std::move(new_one)) {
    find_files();
    find_officers();
    find_subjects();
    days = after.impl().duty.changed_days(before.impl().duty);
  }

  bool differs(std::string_view file) const { return std::find(files.begin(), files.end(), file) != files.end(); }

  void find_files() {
    std::set<std::string> names;
    const auto &old_ones = before.impl().digests, &new_ones = after.impl().digests;
    for (const auto* digests : {&old_ones, &new_ones}) {
      for (const auto& [file, digest] : *digests) {
        const auto was = old_ones.find(file), is = new_ones.find(file);
        if (was == old_ones.end() || is == new_ones.end() || was->second != is->second) names.insert(file);
      }
    }
    files.assign(names.begin(), names.end());
    const Options &was = before.impl().options, &is = after.impl().options;
    const bool hours = was.hours != is.hours || was.unit_hours != is.unit_hours;
    everything = hours || was.case_grace_days != is.case_grace_days || before.absent() != after.absent();
    staff = differs("staff.csv");
    // Who works by roster goes by unit and role, so that the staff file has a say in duty.
    duty = staff || differs("shifts.csv") || differs("leave.csv") || differs("calendar.csv");
    cases = differs("cases.csv");
    terminals = differs("terminals.csv");
    reasons = differs("reasons.csv");
    watchlist = differs("watchlist.csv");
  }

  void find_officers() {
    if (staff) staff_officers = after.impl().staff.changed_officers(before.impl().staff);
    std::set<std::string> all(staff_officers.begin(), staff_officers.end());
    if (duty) all.merge(std::set<std::string>(as_set(after.impl().duty.changed_officers(before.impl().duty))));
    officers.assign(all.begin(), all.end());
  }

  static std::set<std::string> as_set(const std::vector<std::string>& names) { return {names.begin(), names.end()}; }

  void find_subjects() {
    std::set<ListedSubject> all;
    const Staff &was = before.impl().staff, &is = after.impl().staff;
    // With or without any national id at all, everybody's relation is another one.
    if (staff && was.has_national_ids() != is.has_national_ids()) everything = true;
    if (staff) {
      for (std::string& id : is.changed_national_ids(was, staff_officers)) {
        all.insert({model::SubjectKind::person, std::move(id)});
      }
    }
    if (differs("protected.csv")) {
      if (before.impl().protected_subjects.has_value() != after.impl().protected_subjects.has_value())
        everything = true;
      add_protected(before, all);
      add_protected(after, all);
    }
    subjects.assign(all.begin(), all.end());
  }

  void add_protected(const Snapshot& from, std::set<ListedSubject>& out) const {
    if (!from.impl().protected_subjects) return;
    for (const auto& [subject, listed] : *from.impl().protected_subjects) {
      for (const Protected& one : listed) {
        if (before.protected_because(one.kind, subject) == after.protected_because(one.kind, subject)) continue;
        out.insert({one.kind, subject});
      }
    }
  }

  bool touches_staff(const Glance& g) const {
    if (contains(staff_officers, g.officer)) {
      if (!is_same_post(row_of(before, g.officer, g.day), row_of(after, g.officer, g.day))) return true;
      if (!is_same_post(before.officer_on(g.officer, g.day), after.officer_on(g.officer, g.day))) return true;
      if (before.status(g.officer, g.day) != after.status(g.officer, g.day)) return true;
    }
    if (contains(staff_officers, g.approver) && before.status(g.approver, g.day) != after.status(g.approver, g.day))
      return true;
    return before.owner_of(g.account, g.officer) != after.owner_of(g.account, g.officer);
  }

  bool touches_duty(const Glance& g) const {
    if (!after.impl().duty.may_differ(before.impl().duty, g.officer)) return false;
    const DutyState was = before.duty(g.officer, g.agency, g.unit, g.time);
    const DutyState is = after.duty(g.officer, g.agency, g.unit, g.time);
    return was.duty != is.duty || was.minutes_outside != is.minutes_outside;
  }

  bool touches_case(const Glance& g) const {
    std::vector<std::string_view> agencies = {g.agency};
    for (const Snapshot* snapshot : {&before, &after}) {
      const Officer* row = snapshot->officer_on(g.officer, g.day);
      if (row != nullptr && row->agency != g.agency) agencies.push_back(row->agency);
    }
    return after.impl().cases.may_differ(before.impl().cases, g.case_no, agencies, g.day);
  }

  bool touches_terminal(const Glance& g) const {
    return before.place_of(g.terminal, g.officer, g.agency, g.unit, g.day) !=
           after.place_of(g.terminal, g.officer, g.agency, g.unit, g.day);
  }

  bool touches_subject(const Glance& g) const {
    const ListedSubject& subject = *g.subject;
    if (before.protected_because(subject.kind, subject.value) != after.protected_because(subject.kind, subject.value))
      return true;
    return subject.kind == model::SubjectKind::person &&
           before.relation(g.officer, subject.value, g.day) != after.relation(g.officer, subject.value, g.day);
  }
};

Comparison::Comparison(Snapshot before, Snapshot after)
    : impl_(std::make_unique<Impl>(std::move(before), std::move(after))) {}
Comparison::~Comparison() = default;
Comparison::Comparison(Comparison&&) noexcept = default;

const std::vector<std::string>& Comparison::files() const {
  return impl_->files;
}
bool Comparison::everything() const {
  return impl_->everything;
}
const std::vector<ListedSubject>& Comparison::subjects() const {
  return impl_->subjects;
}
const std::vector<LocalDay>& Comparison::days() const {
  return impl_->days;
}
const std::vector<std::string>& Comparison::officers() const {
  return impl_->officers;
}

bool Comparison::touches(const Glance& glance) const {
  const Impl& i = *impl_;
  if (i.everything) return true;
  if (i.staff && i.touches_staff(glance)) return true;
  if (i.duty && i.touches_duty(glance)) return true;
  if (i.cases && i.touches_case(glance)) return true;
  if (i.terminals && i.touches_terminal(glance)) return true;
  if (i.watchlist && i.before.watched(glance.officer, glance.day) != i.after.watched(glance.officer, glance.day))
    return true;
  if (i.reasons && !is_same_code(i.before.reason(glance.system, glance.channel, glance.reason_code),
                                 i.after.reason(glance.system, glance.channel, glance.reason_code)))
    return true;
  return glance.subject != nullptr && i.touches_subject(glance);
}

bool Comparison::touches_day(std::string_view officer, LocalDay day) const {
  const Snapshot &before = impl_->before, &after = impl_->after;
  if (!is_same_post(before.officer(officer), after.officer(officer))) return true;
  if (!is_same_post(before.officer_on(officer, day), after.officer_on(officer, day))) return true;
  if (before.status(officer, day) != after.status(officer, day)) return true;
  const Instant noon{after.zone().start_of(day).micros + kMicrosPerDay / 2};
  const bool was_on_leave = before.duty(officer, "", "", noon).duty == Duty::leave;
  return was_on_leave != (after.duty(officer, "", "", noon).duty == Duty::leave);
}

}  // namespace trailwatch::registry
