#include <algorithm>

#include "rules/correlator.h"

// What looks at steps and days: ordered sequences, streaks, first occurrences.
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

}  // namespace trailwatch::rules
