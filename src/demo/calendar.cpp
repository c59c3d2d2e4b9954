#include "demo/calendar.h"

#include <algorithm>
#include <array>

#include "demo/random.h"

namespace trailwatch::demo {

namespace {

struct Holiday {
  int month;
  int day;
  std::string_view name;
};
constexpr std::array<Holiday, 6> kHolidays = {{
    {1, 1, "開國紀念日"},
    {2, 28, "和平紀念日"},
    {4, 4, "兒童節"},
    {4, 5, "清明節"},
    {5, 1, "勞動節"},
    {10, 10, "國慶日"},
}};

constexpr std::int64_t kHour = kMicrosPerHour;
constexpr Span kOfficeHours = {8 * kHour, 17 * kHour + 30 * kMicrosPerMinute};
// Day, evening and night; the night crosses midnight.
constexpr std::array<Span, 3> kShifts = {{{7 * kHour, 15 * kHour}, {15 * kHour, 23 * kHour}, {23 * kHour, 31 * kHour}}};
constexpr std::array<Span, 3> kDetectiveShifts = {
    {{8 * kHour, 19 * kHour}, {8 * kHour, 19 * kHour}, {14 * kHour, 26 * kHour}}};
constexpr std::array<std::string_view, 7> kKinds = {"休假", "休假", "休假", "休假", "事假", "病假", "公假"};

// A block of six days is four on and two off in the same shift.
constexpr std::uint64_t kBlockDays = 6;
// So that days before 1970 divide like all others.
constexpr std::int64_t kDaysAhead = 1'000'000;

}  // namespace

std::string_view holiday_name(LocalDay day) {
  const CivilDate date = to_civil(day);
  for (const Holiday& holiday : kHolidays) {
    if (holiday.month == date.month && holiday.day == date.day) return holiday.name;
  }
  return {};
}

bool is_working_day(LocalDay day) {
  return weekday(day) <= 5 && holiday_name(day).empty();
}

void Duty::grant_leave(const std::set<std::size_t>& reserved, LocalDay first, LocalDay last) {
  for (std::size_t officer = 0; officer < organisation_.officers.size(); ++officer) {
    Random random(seed_, "leave", officer);
    for (LocalDay day = first.plus(-3); day <= last.plus(2);) {
      const bool begins = random.per_mille(22);
      const int length = random.percent(55) ? 1 : random.between(2, 5);
      const std::string_view kind = random.pick(kKinds);
      if (!begins) {
        day = day.plus(1);
        continue;
      }
      if (!reserved.contains(officer)) add_leave(Leave{officer, day, day.plus(length - 1), kind});
      day = day.plus(length + 3);
    }
  }
}

std::vector<Leave> Duty::leaves() const {
  std::vector<Leave> out;
  for (const std::vector<Leave>& mine : leaves_) out.insert(out.end(), mine.begin(), mine.end());
  return out;
}

bool Duty::on_leave(std::size_t officer, LocalDay day) const {
  const std::vector<Leave>& mine = leaves_[officer];
  return std::any_of(mine.begin(), mine.end(),
                     [day](const Leave& leave) { return leave.first <= day && day <= leave.last; });
}

Span Duty::planned(std::size_t number, LocalDay day) const {
  const Officer& officer = organisation_.officers[number];
  if (!works_in_shifts(officer.role)) return is_working_day(day) ? kOfficeHours : Span{};
  Random random(seed_, "roster", number);
  const std::uint64_t place = static_cast<std::uint64_t>(kDaysAhead + day.days) + random.below(kBlockDays * 3);
  if (place % kBlockDays >= 4) return Span{};
  const auto kind = static_cast<std::size_t>(place / kBlockDays % 3);
  return officer.role == Role::detective ? kDetectiveShifts[kind] : kShifts[kind];
}

Span Duty::duty(std::size_t officer, LocalDay day) const {
  const Span span = planned(officer, day);
  if (span.begin == span.end || on_leave(officer, day)) return Span{};
  if (span.end > kMicrosPerDay && on_leave(officer, day.plus(1))) return Span{};
  return span;
}

std::vector<Span> Duty::on_calendar_day(std::size_t officer, LocalDay day) const {
  std::vector<Span> out;
  const Span before = duty(officer, day.plus(-1));
  if (before.end > kMicrosPerDay) out.push_back(Span{0, before.end - kMicrosPerDay});
  const Span today = duty(officer, day);
  if (today.begin < today.end) out.push_back(Span{today.begin, std::min(today.end, kMicrosPerDay)});
  return out;
}

Span Duty::overtime(std::size_t number, LocalDay day) const {
  const Officer& officer = organisation_.officers[number];
  if (works_in_shifts(officer.role)) return Span{};
  const Span today = duty(number, day);
  Random random(seed_, "overtime", number, static_cast<std::uint64_t>(kDaysAhead + day.days));
  if (today.begin == today.end || !random.per_mille(25)) return Span{};
  return Span{today.end, today.end + random.between(2, 4) * kHour};
}

}  // namespace trailwatch::demo
