#include <algorithm>
#include <cmath>

#include "rules/correlator.h"

// What looks at steps and days: ordered sequences, streaks, first occurrences, silences.
namespace trailwatch::rules {

void Correlator::note_step(const Pending& pending, Instant at) {
  for (std::size_t i = 0; i < inputs_; ++i) {
    if ((pending.inputs >> i & 1U) != 0) steps_[pending.group * inputs_ + i].push({at.micros, pending.event});
  }
}

// Each step later than the one before, the last one now, and the first far enough back. Going forward from the earliest
// first step tells whether there is a way at all; going back from now tells what is on one: a step's event is evidence
// when it lies after the earliest possible step before it and before the latest possible step after it.
std::optional<double> Correlator::measure_order(Slot group, Instant at) {
  const auto step = [&](std::size_t i) -> Fifo<Stamp>& { return steps_[group * inputs_ + i]; };
  // The first position of a step at or after that time.
  const auto from = [&](std::size_t i, std::int64_t time) {
    std::uint64_t low = step(i).begin(), high = step(i).end();
    while (low < high) {
      const std::uint64_t middle = low + (high - low) / 2;
      if (step(i)[middle].time < time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  };
  const std::size_t last = inputs_ - 1;
  ranges_.assign(inputs_, {0, 0});
  ranges_[last] = {from(last, at.micros), step(last).end()};
  if (ranges_[last].first == ranges_[last].second) return std::nullopt;
  std::int64_t earliest = at.micros;
  for (std::size_t i = 0; i < last; ++i) {
    const std::uint64_t position = i == 0 ? step(0).begin() : from(i, earliest + 1);
    if (position == step(i).end()) return std::nullopt;
    ranges_[i] = {position, step(i).end()};
    earliest = step(i)[position].time;
    if (i == 0 && earliest > at.micros - rule_.distance_micros_min) return std::nullopt;
  }
  if (earliest >= at.micros) return std::nullopt;
  ranges_[0].second = from(0, at.micros - rule_.distance_micros_min + 1);
  std::int64_t latest = at.micros;
  for (std::size_t i = last; i-- > 0;) {
    ranges_[i].second = std::min(ranges_[i].second, from(i, latest));
    latest = step(i)[ranges_[i].second - 1].time;
  }
  return static_cast<double>(inputs_);
}

void Correlator::note_day(Slot group, std::uint64_t position, LocalDay day) {
  Fifo<std::int32_t>& days = run_days_[group];
  if (!days.empty() && days.back() == day.days) return;
  if (days.empty() || days.back() != day_before(day).days) {
    days.clear();
    states_[group].run_begin = position;
  }
  days.push(day.days);
}

bool Correlator::works(LocalDay day) {
  if (!works_ || works_->first != day) works_ = {day, registry_.works(day).value_or(false)};
  return works_->second;
}

// The day that must be in the run for it to go on. `day` itself, which never is, when the calendar does not know.
LocalDay Correlator::day_before(LocalDay day) {
  if (!rule_.working_days) return day.plus(-1);
  for (std::int32_t back = 1; back < rule_.span_days; ++back) {
    const auto answer = registry_.works(day.plus(-back));
    if (!answer) return day;
    if (*answer) return day.plus(-back);
  }
  return day;
}

void Correlator::settle_first_seen(Instant at, LocalDay day, bool wanted) {
  // What happens at one instant is first together.
  for (const Pending& pending : pending_) {
    const Group& group = states_[pending.group];
    const bool is_known = pairs_.find(pending.group, static_cast<std::uint32_t>(pending.datum)) != nullptr;
    const bool has_learnt =
        group.count > 0 && static_cast<std::int32_t>(window_[group.head].mark) <= day.days - rule_.learn_days;
    if (is_known || !has_learnt) continue;
    const bool again =
        !completed_.empty() && completed_.back().event == pending.event && completed_.back().group == pending.group;
    if (again) continue;
    completed_.push_back({pending.event, pending.group});
    if (!wanted) continue;
    OpenFinding& finding = finding_of(pending.group);
    ++finding.count;
    take(finding, pending.event, at.micros);
  }
  const auto today = static_cast<std::uint32_t>(day.days);
  for (const Pending& pending : pending_) {
    const auto value = static_cast<std::uint32_t>(pending.datum);
    const std::uint32_t* known = pairs_.find(pending.group, value);
    if (known != nullptr && *known == today) continue;
    if (known == nullptr) {
      ++states_[pending.group].distinct;
      hold_value(pending.datum);
    }
    pairs_.at(pending.group, value) = today;
    push({at.micros, pending.event, 0, pending.datum, pending.group, today});
  }
}

// How long the group was silent before `at`, without the days that say nothing: those between on which the officer was
// on leave or not on the staff, and days off where only working days count.
std::int64_t Correlator::silence(Slot group, Instant last, Instant at, LocalDay day) const {
  std::int64_t out = at.micros - last.micros;
  if (!officer_key_ && !rule_.working_days) return out;
  // What is too short anyway need not be known exactly when nothing is compared with it.
  if (rule_.factor == 0 && out < rule_.distance_micros_min) return out;
  const Zone& zone = registry_.zone();
  const std::string officer = officer_key_ ? symbols_.text(groups_.key(group)[*officer_key_]) : std::string();
  const auto is_excused = [&](LocalDay between) {
    if (rule_.working_days && !registry_.works(between).value_or(true)) return true;
    if (officer.empty()) return false;
    const auto status = registry_.status(officer, between);
    if (status == registry::StaffStatus::left || status == registry::StaffStatus::not_yet) return true;
    const Instant noon{zone.start_of(between).micros + kMicrosPerDay / 2};
    return registry_.duty(officer, "", "", noon).duty == registry::Duty::leave;
  };
  for (LocalDay between = zone.local(last).day.plus(1); between < day; between = between.plus(1)) {
    if (is_excused(between)) out -= kMicrosPerDay;
  }
  return out;
}

void Correlator::settle_gaps(Instant at, LocalDay day, bool wanted) {
  for (std::size_t begin = 0, end = 0; begin < pending_.size(); begin = end) {
    const Slot slot = pending_[begin].group;
    while (end < pending_.size() && pending_[end].group == slot) ++end;
    Rhythm& rhythm = rhythms_[slot];
    Fifo<Silence>& longest = rhythm.longest;
    while (!longest.empty() && longest.front().since_day <= day.days - rule_.span_days) longest.pop();
    const auto active_days = static_cast<std::int32_t>(states_[slot].count);
    if (active_days > 0) {
      const Instant last{rhythm.last};
      const std::int64_t length = silence(slot, last, at, day);
      const double usual = longest.empty() ? 0 : static_cast<double>(longest.front().micros);
      const bool is_long = length >= rule_.distance_micros_min && static_cast<double>(length) > rule_.factor * usual;
      for (std::size_t i = begin; is_long && active_days >= rule_.active_days_min && i < end; ++i) {
        if (i > begin && pending_[i].event == pending_[i - 1].event) continue;
        completed_.push_back({pending_[i].event, slot});
        if (!wanted) continue;
        OpenFinding& finding = finding_of(slot);
        ++finding.count;
        finding.peak = std::max(finding.peak, std::floor(static_cast<double>(length) / kMicrosPerDay));
        for (const model::EventId event : rhythm.last_events) take(finding, event, last.micros);
        take(finding, pending_[i].event, at.micros);
      }
      while (!longest.empty() && longest.back().micros <= length) longest.pop_back();
      longest.push({registry_.zone().local(last).day.days, length});
    }
    const auto today = static_cast<std::uint32_t>(day.days);
    const bool is_new_day = active_days == 0 || window_[states_[slot].tail].mark != today;
    if (is_new_day) push({at.micros, pending_[begin].event, 0, 0, slot, today});
    rhythm.last = at.micros;
    rhythm.last_events.clear();
    for (std::size_t i = begin; i < end; ++i) rhythm.last_events.push_back(pending_[i].event);
  }
}

}  // namespace trailwatch::rules
