#include "rules/correlator.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

namespace trailwatch::rules {

namespace {

using Type = Correlation::Type;

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::min();
// Measured numbers are cut here, so that no sum can overflow.
constexpr std::int64_t kNumberMax = 1'000'000'000'000;

}  // namespace

Correlator::Correlator(const Correlation& rule, std::size_t inputs, Symbols& symbols,
                       const registry::Snapshot& registry)
    : rule_(rule),
      inputs_(inputs),
      symbols_(symbols),
      registry_(registry),
      groups_(rule.group_by.size(), symbols),
      values_(rule.values.size(), symbols) {
  for (std::size_t i = 0; i < rule.group_by.size(); ++i) {
    if (rule.group_by[i].meaning == Field::officer) officer_key_ = i;
  }
}

void Correlator::hold_value(std::int64_t datum) {
  const auto number = static_cast<std::uint32_t>(datum);
  values_.width() == 1 ? symbols_.hold(number) : values_.hold(number);
}

void Correlator::release_value(std::int64_t datum) {
  const auto number = static_cast<std::uint32_t>(datum);
  if (values_.width() == 1) {
    symbols_.release(number);
  } else {
    values_.release(number);
  }
}

void Correlator::release_group(Slot group) {
  if (!groups_.release(group)) return;
  states_[group] = {};
  if (rule_.type == Type::temporal)
    std::fill_n(last_.begin() + static_cast<std::ptrdiff_t>(group * inputs_), inputs_, kNever);
  if (rule_.type == Type::streak) run_days_[group].clear();
  if (rule_.type == Type::gap) rhythms_[group] = {};
}

void Correlator::add(model::EventId event, std::size_t input, const Symbol* group, const Symbol* values,
                     std::int64_t number) {
  Pending pending;
  pending.group = groups_.acquire(group).first;
  pending.event = event;
  pending.inputs = 1U << input;
  if (states_.size() <= pending.group) {
    const std::size_t size = pending.group + std::size_t{1};
    states_.resize(size);
    if (rule_.type == Type::temporal) last_.resize(size * inputs_, kNever);
    if (rule_.type == Type::temporal_ordered) steps_.resize(size * inputs_);
    if (rule_.type == Type::streak) run_days_.resize(size);
    if (rule_.type == Type::gap) rhythms_.resize(size);
  }
  if (counts_values()) {
    pending.datum = values_.width() == 1 ? values[0] : values_.acquire(values).first;
    if (values_.width() == 1) symbols_.hold(values[0]);
  } else {
    pending.datum = std::clamp(number, -kNumberMax, kNumberMax);
  }
  pending_.push_back(pending);
}

// The same event in the same group with the same value counts once, whatever number of rules it satisfies.
void Correlator::merge_pending() {
  if (pending_.size() < 2) return;
  std::sort(pending_.begin(), pending_.end(), [](const Pending& a, const Pending& b) {
    return std::tie(a.group, a.event, a.datum) < std::tie(b.group, b.event, b.datum);
  });
  std::size_t kept = 0;
  for (std::size_t i = 1; i < pending_.size(); ++i) {
    Pending& last = pending_[kept];
    const Pending& next = pending_[i];
    if (next.group == last.group && next.event == last.event && next.datum == last.datum) {
      last.inputs |= next.inputs;
      if (counts_values()) release_value(next.datum);
      release_group(next.group);
    } else {
      pending_[++kept] = next;
    }
  }
  pending_.resize(kept + 1);
}

void Correlator::drop_pending() {
  for (const Pending& pending : pending_) {
    if (counts_values()) release_value(pending.datum);
    release_group(pending.group);
  }
  pending_.clear();
}

const std::vector<Completion>& Correlator::settle(Instant at, LocalDay day, bool wanted) {
  completed_.clear();
  if (pending_.empty()) return completed_;
  if (!rule_.working_days || rule_.type == Type::gap || works(day)) {
    expire(at, day);
    merge_pending();
    if (rule_.type == Type::first_seen) {
      settle_first_seen(at, day, wanted);
    } else if (rule_.type == Type::gap) {
      settle_gaps(at, day, wanted);
    } else {
      settle_windows(at, day, wanted);
    }
  }
  drop_pending();
  return completed_;
}

void Correlator::settle_windows(Instant at, LocalDay day, bool wanted) {
  fresh_.clear();
  for (const Pending& pending : pending_) insert(pending, at, day);
  for (std::size_t begin = 0, end = 0; begin < pending_.size(); begin = end) {
    const Slot group = pending_[begin].group;
    while (end < pending_.size() && pending_[end].group == group) ++end;
    const std::size_t before = completed_.size();
    const auto measured = measure(group, at, day);
    for (std::size_t i = begin; measured && i < end; ++i) {
      const bool again = completed_.size() > before && completed_.back().event == pending_[i].event;
      if (!again && completes(pending_[i])) completed_.push_back({pending_[i].event, group});
    }
    if (!wanted || completed_.size() == before) continue;
    OpenFinding& finding = finding_of(group);
    finding.peak = finding.count == 0 ? *measured : std::max(finding.peak, *measured);
    finding.count += static_cast<std::int64_t>(completed_.size() - before);
    take_evidence(finding, at);
  }
}

bool Correlator::completes(const Pending& pending) const {
  // With a distance it is a new value that completes, long after the first one: seeing an old one again says nothing.
  if (rule_.type == Type::value_count && rule_.distance_micros_min > 0) {
    return std::find(fresh_.begin(), fresh_.end(), std::pair(pending.group, pending.datum)) != fresh_.end();
  }
  return rule_.type != Type::temporal_ordered || (pending.inputs >> (inputs_ - 1) & 1U) != 0;
}

void Correlator::expire(Instant at, LocalDay day) {
  while (!window_.empty()) {
    const Entry& oldest = window_.front();
    const bool is_over = rule_.counts_days() ? static_cast<std::int32_t>(oldest.mark) <= day.days - rule_.span_days
                                             : oldest.time <= at.micros - rule_.span_micros;
    if (!is_over) return;
    remove_oldest();
  }
}

void Correlator::remove_oldest() {
  const Entry entry = window_.front();
  Group& group = states_[entry.group];
  group.head = entry.next;
  --group.count;
  if (rule_.measures_numbers()) group.sum -= entry.datum;
  if (rule_.type == Type::temporal_ordered) {
    for (std::size_t i = 0; i < inputs_; ++i) {
      if ((entry.mark >> i & 1U) != 0) steps_[entry.group * inputs_ + i].pop();
    }
  }
  if (counts_values()) {
    const auto value = static_cast<std::uint32_t>(entry.datum);
    std::uint32_t* known = pairs_.find(entry.group, value);
    const bool is_last = rule_.type == Type::first_seen ? *known == entry.mark : --*known == 0;
    if (is_last) {
      pairs_.erase(entry.group, value);
      --group.distinct;
      release_value(entry.datum);
    }
  }
  window_.pop();
  release_group(entry.group);
}

std::uint64_t Correlator::push(const Entry& entry) {
  Group& group = states_[entry.group];
  const std::uint64_t position = window_.push(entry);
  if (group.count == 0) {
    group.head = position;
  } else {
    window_[group.tail].next = position;
  }
  group.tail = position;
  ++group.count;
  groups_.hold(entry.group);
  return position;
}

void Correlator::insert(const Pending& pending, Instant at, LocalDay day) {
  const bool is_streak = rule_.type == Type::streak;
  const auto mark = is_streak ? static_cast<std::uint32_t>(day.days) : pending.inputs;
  const std::uint64_t position = push({at.micros, pending.event, 0, pending.datum, pending.group, mark});
  Group& group = states_[pending.group];
  switch (rule_.type) {
    case Type::value_count:
      if (pairs_.at(pending.group, static_cast<std::uint32_t>(pending.datum))++ == 0) {
        if (rule_.distance_micros_min > 0) fresh_.emplace_back(pending.group, pending.datum);
        ++group.distinct;
        hold_value(pending.datum);
      }
      break;
    case Type::value_sum:
    case Type::value_avg:
    case Type::value_percentile:
    case Type::value_median:
      group.sum += pending.datum;
      break;
    case Type::temporal:
      for (std::size_t i = 0; i < inputs_; ++i) {
        if ((pending.inputs >> i & 1U) != 0) last_[pending.group * inputs_ + i] = at.micros;
      }
      break;
    case Type::temporal_ordered:
      note_step(pending, at);
      break;
    case Type::streak:
      note_day(pending.group, position, day);
      break;
    case Type::event_count:
    case Type::first_seen:
    case Type::gap:
      break;
  }
}

std::optional<double> Correlator::measure(Slot slot, Instant at, LocalDay day) {
  const Group& group = states_[slot];
  double number = 0;
  switch (rule_.type) {
    case Type::event_count:
      number = group.count;
      break;
    case Type::value_count:
      number = group.distinct;
      break;
    case Type::value_sum:
      number = static_cast<double>(group.sum);
      break;
    case Type::value_avg:
      number = static_cast<double>(group.sum) / group.count;
      break;
    case Type::value_percentile:
      number = percentile(group, rule_.percentile);
      break;
    case Type::value_median:
      // Of an even number of values the mean of the two in the middle: nearest rank gives the lower.
      number = percentile(group, 50);
      if (group.count % 2 == 0) number = (number + upper_middle()) / 2;
      break;
    case Type::temporal: {
      const auto* last = &last_[slot * inputs_];
      const std::int64_t over = at.micros - rule_.span_micros;
      number = static_cast<double>(std::count_if(last, last + inputs_, [&](std::int64_t t) { return t > over; }));
      if (rule_.condition.empty()) return number == static_cast<double>(inputs_) ? std::optional(number) : std::nullopt;
      break;
    }
    case Type::temporal_ordered:
      return measure_order(slot, at);
    case Type::streak: {
      Fifo<std::int32_t>& days = run_days_[slot];
      while (days.front() <= day.days - rule_.span_days) days.pop();
      number = static_cast<double>(days.end() - days.begin());
      break;
    }
    case Type::first_seen:
    case Type::gap:
      return std::nullopt;
  }
  if (rule_.distance_micros_min > 0 && at.micros - window_[group.head].time < rule_.distance_micros_min)
    return std::nullopt;
  const bool holds =
      std::all_of(rule_.condition.begin(), rule_.condition.end(), [&](const auto& test) { return test.holds(number); });
  return holds ? std::optional(number) : std::nullopt;
}

// Nearest rank: the smallest number that at least so many per cent of all do not exceed.
double Correlator::percentile(const Group& group, double rank_percent) {
  numbers_.clear();
  std::uint64_t at = group.head;
  for (std::uint32_t i = 0; i < group.count; ++i, at = window_[at].next) numbers_.push_back(window_[at].datum);
  const double rank = std::ceil(rank_percent / 100 * static_cast<double>(numbers_.size()) - 1e-9);
  const auto nth = numbers_.begin() + std::max<std::ptrdiff_t>(0, static_cast<std::ptrdiff_t>(rank) - 1);
  std::nth_element(numbers_.begin(), nth, numbers_.end());
  return static_cast<double>(*nth);
}

// Of the numbers that `percentile` has just cut at their middle: the smallest above it.
double Correlator::upper_middle() const {
  return static_cast<double>(
      *std::min_element(numbers_.begin() + static_cast<std::ptrdiff_t>(numbers_.size() / 2), numbers_.end()));
}

OpenFinding& Correlator::finding_of(Slot group) {
  Group& state = states_[group];
  if (state.open < 0) {
    state.open = static_cast<std::int32_t>(open_.size());
    OpenFinding& finding = open_.emplace_back();
    finding.group = group;
    finding.first.micros = std::numeric_limits<std::int64_t>::max();
    finding.last.micros = kNever;
    groups_.hold(group);
  }
  return open_[static_cast<std::size_t>(state.open)];
}

void Correlator::take(OpenFinding& finding, model::EventId event, std::int64_t time) {
  finding.events.push_back(event);
  finding.first.micros = std::min(finding.first.micros, time);
  finding.last.micros = std::max(finding.last.micros, time);
}

void Correlator::take_evidence(OpenFinding& finding, Instant) {
  const Slot slot = finding.group;
  if (rule_.type == Type::temporal_ordered) {
    finding.steps_taken.resize(inputs_);
    for (std::size_t i = 0; i < inputs_; ++i) {
      const auto [begin, end] = ranges_[i];
      for (std::uint64_t at = std::max(begin, finding.steps_taken[i]); at < end; ++at) {
        const Stamp& stamp = steps_[slot * inputs_ + i][at];
        take(finding, stamp.event, stamp.time);
      }
      finding.steps_taken[i] = std::max(finding.steps_taken[i], end);
    }
    return;
  }
  const Group& group = states_[slot];
  std::uint64_t at = group.head;
  if (rule_.type == Type::streak) at = std::max(at, group.run_begin);
  if (finding.taken && *finding.taken >= at) {
    if (*finding.taken == group.tail) return;
    at = window_[*finding.taken].next;
  }
  for (;; at = window_[at].next) {
    take(finding, window_[at].event, window_[at].time);
    if (at == group.tail) break;
  }
  finding.taken = group.tail;
}

void Correlator::close_day() {
  for (const OpenFinding& finding : open_) {
    states_[finding.group].open = -1;
    release_group(finding.group);
  }
  open_.clear();
}

}  // namespace trailwatch::rules
