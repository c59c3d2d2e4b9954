#include "registry/duty_times.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace trailwatch::registry {

namespace {

// How far from a day its neighbours are searched for duty: beyond the longest holiday.
constexpr int kDaysAround = 14;

bool inside(const Stretch& stretch, std::int64_t at) {
  return at >= stretch.from && at < stretch.until;
}

std::int64_t distance(const Stretch& stretch, std::int64_t at) {
  return at < stretch.from ? stretch.from - at : at - stretch.until;
}

// Whether a shift that holds `now` had begun before the leave did.
bool runs_into(const std::vector<Stretch>& shifts, const Stretch& leave, std::int64_t now) {
  return std::any_of(shifts.begin(), shifts.end(),
                     [&](const Stretch& shift) { return inside(shift, now) && shift.from < leave.from; });
}

DutyState nearest_shift(const std::vector<Stretch>& shifts, std::int64_t at) {
  std::int64_t nearest = std::numeric_limits<std::int64_t>::max();
  for (const Stretch& shift : shifts) {
    if (inside(shift, at)) return {Duty::on, 0};
    nearest = std::min(nearest, distance(shift, at));
    if (shift.from > at) break;  // sorted by their start
  }
  return {Duty::off, nearest / kMicrosPerMinute};
}

}  // namespace

std::int64_t wall_micros(LocalTime local) {
  return local.day.days * kMicrosPerDay + local.micros;
}

DutyTimes::DutyTimes(Options options) : options_(std::move(options)) {}

void DutyTimes::add_shift(std::string officer, Stretch shift) {
  shifts_[std::move(officer)].push_back(shift);
}

void DutyTimes::add_leave(std::string officer, Stretch leave) {
  leaves_[std::move(officer)].push_back(leave);
}

void DutyTimes::add_day(LocalDay day, bool works) {
  calendar_[day] = works;
}

bool DutyTimes::replaces_hours(const Stretch& shift, const Hours& hours) const {
  const std::int64_t quarter = (hours.until_minute - hours.from_minute) * kMicrosPerMinute / 4;
  const auto first = static_cast<std::int32_t>(shift.from / kMicrosPerDay),
             last = static_cast<std::int32_t>(shift.until / kMicrosPerDay);
  for (LocalDay day{first}; day.days <= last; day = day.plus(1)) {
    if (!works(day).value_or(true)) continue;
    const std::int64_t from = wall_micros({day, hours.from_minute * kMicrosPerMinute}) + quarter;
    if (shift.from < from + 2 * quarter && shift.until > from) return true;
  }
  return false;
}

void DutyTimes::finish(const std::map<std::string, Officer, std::less<>>& staff) {
  using Group = std::tuple<std::string, std::string, std::string>;
  std::set<Group> groups;
  const auto group = [&](const std::string& officer) {
    const auto found = staff.find(officer);
    if (found == staff.end()) return Group("", "", officer);  // who is not on the staff stands alone
    return Group(found->second.agency, found->second.unit, found->second.role);
  };
  for (const auto& [officer, shifts] : shifts_) {
    const auto found = staff.find(officer);
    const Hours& hours = found == staff.end() ? options_.hours : hours_of(found->second.agency, found->second.unit);
    for (const Stretch& shift : shifts) {
      if (replaces_hours(shift, hours)) groups.insert(group(officer));
    }
  }
  for (const auto& [officer, shifts] : shifts_) {
    if (calendar_.empty() || groups.count(group(officer)) != 0) shift_workers_.insert(officer);
  }

  for (auto& [officer, stretches] : shifts_) {
    std::sort(stretches.begin(), stretches.end(), [](const Stretch& a, const Stretch& b) {
      return std::pair(a.from, a.until) < std::pair(b.from, b.until);
    });
  }
  // A roster is drawn up by whole days: the night before its first shift and after its last one is not covered.
  // Overtime of others says nothing about how far it goes.
  roster_ = {std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()};
  for (const std::string& officer : shift_workers_) {
    for (const Stretch& shift : shifts_[officer]) {
      roster_.from = std::min(roster_.from, shift.from);
      roster_.until = std::max(roster_.until, shift.until);
    }
  }
  if (roster_.from < roster_.until) {
    roster_.from -= ((roster_.from % kMicrosPerDay) + kMicrosPerDay) % kMicrosPerDay;
  }
}

std::optional<bool> DutyTimes::works(LocalDay day) const {
  const auto found = calendar_.find(day);
  if (found == calendar_.end()) return std::nullopt;
  return found->second;
}

const Hours& DutyTimes::hours_of(std::string_view agency, std::string_view unit) const {
  auto found = options_.unit_hours.find(std::string(agency) + "/" + std::string(unit));
  if (found == options_.unit_hours.end()) found = options_.unit_hours.find(std::string(agency));
  return found == options_.unit_hours.end() ? options_.hours : found->second;
}

DutyState DutyTimes::by_roster(const std::vector<Stretch>& shifts, std::int64_t at) const {
  return inside(roster_, at) ? nearest_shift(shifts, at) : DutyState{};
}

DutyState DutyTimes::by_calendar(const Hours& hours, LocalTime at) const {
  const auto today = works(at.day);
  if (!today) return {};
  const std::int64_t now = wall_micros(at);
  std::int64_t nearest = std::numeric_limits<std::int64_t>::max();
  for (int n = -kDaysAround; n <= kDaysAround; ++n) {
    const LocalDay day = at.day.plus(n);
    if (!works(day).value_or(false)) continue;
    const Stretch duty{wall_micros({day, hours.from_minute * kMicrosPerMinute}),
                       wall_micros({day, hours.until_minute * kMicrosPerMinute})};
    if (inside(duty, now)) return {Duty::on, 0};
    nearest = std::min(nearest, distance(duty, now));
  }
  const Duty duty = *today ? Duty::off : Duty::holiday;
  return {duty, nearest == std::numeric_limits<std::int64_t>::max() ? 0 : nearest / kMicrosPerMinute};
}

DutyState DutyTimes::state(std::string_view officer, std::string_view agency, std::string_view unit,
                           LocalTime at) const {
  const std::int64_t now = wall_micros(at);
  const auto leave = leaves_.find(officer);
  const auto shifts = shifts_.find(officer);
  const bool on_leave =
      leave != leaves_.end() && std::any_of(leave->second.begin(), leave->second.end(), [&](const Stretch& l) {
        // A shift that was running when the leave began is finished first: a leave's day begins at midnight on paper
        // only.
        return inside(l, now) && (shifts == shifts_.end() || !runs_into(shifts->second, l, now));
      });
  DutyState state;
  if (shift_workers_.count(officer) != 0) {
    state = by_roster(shifts->second, now);
  } else {
    state = by_calendar(hours_of(agency, unit), at);
    // Overtime widens the calendar's hours.
    if (shifts != shifts_.end() && state.duty != Duty::on) {
      const DutyState overtime = nearest_shift(shifts->second, now);
      if (overtime.duty == Duty::on) state = overtime;
      state.minutes_outside = std::min(state.minutes_outside, overtime.minutes_outside);
    }
  }
  if (on_leave) state.duty = Duty::leave;
  return state;
}

bool DutyTimes::changed_for(const DutyTimes& other, std::string_view officer) const {
  static const std::vector<Stretch> kNone;
  const auto of = [&](const auto& map) -> const std::vector<Stretch>& {
    const auto found = map.find(officer);
    return found == map.end() ? kNone : found->second;
  };
  return of(shifts_) != of(other.shifts_) || of(leaves_) != of(other.leaves_);
}

bool DutyTimes::may_differ(const DutyTimes& other, std::string_view officer) const {
  const bool by_shifts = shift_workers_.count(officer) != 0;
  if (by_shifts != (other.shift_workers_.count(officer) != 0)) return true;
  if (by_shifts ? roster_ != other.roster_ : calendar_ != other.calendar_) return true;
  return changed_for(other, officer);
}

std::vector<std::string> DutyTimes::changed_officers(const DutyTimes& other) const {
  std::set<std::string> names;
  for (const auto* times : {this, &other}) {
    for (const auto* map : {&times->shifts_, &times->leaves_}) {
      for (const auto& [officer, stretches] : *map) {
        if (changed_for(other, officer)) names.insert(officer);
      }
    }
  }
  return {names.begin(), names.end()};
}

std::vector<LocalDay> DutyTimes::changed_days(const DutyTimes& other) const {
  std::set<LocalDay> days;
  for (const auto* times : {this, &other}) {
    for (const auto& [day, works_then] : times->calendar_) {
      if (works(day) != other.works(day)) days.insert(day);
    }
  }
  return {days.begin(), days.end()};
}

std::string DutyTimes::text(std::string_view officer, LocalDay day) const {
  const Stretch today{wall_micros({day, 0}), wall_micros({day.plus(1), 0})};
  const auto clock = [&](std::int64_t at) {
    const LocalDay on{static_cast<std::int32_t>(at / kMicrosPerDay)};
    std::string time = format_clock({on, at % kMicrosPerDay}).substr(0, 5);
    if (on == day) return time;
    if (on == day.plus(-1)) return "前日 " + time;
    return (on == day.plus(1) ? "翌日" : format_roc_day(on)) + " " + time;
  };
  std::string out;
  const auto add = [&](const std::string& part) { out += (out.empty() ? "" : "、") + part; };
  if (const auto leaves = leaves_.find(officer); leaves != leaves_.end()) {
    for (const Stretch& leave : leaves->second) {
      if (leave.from >= today.until || leave.until <= today.from) continue;
      add("休假");
      break;
    }
  }
  const auto shifts = shifts_.find(officer);
  if (shifts == shifts_.end()) return out;
  for (const Stretch& shift : shifts->second) {
    if (shift.from < today.until && shift.until > today.from) add(clock(shift.from) + "–" + clock(shift.until));
  }
  if (out.empty() && shift_workers_.count(officer) != 0 && roster_.from < today.until && roster_.until > today.from)
    out = "未排班";
  return out;
}

}  // namespace trailwatch::registry
