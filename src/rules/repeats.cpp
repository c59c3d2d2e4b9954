#include "rules/repeats.h"

#include <limits>

#include "trailwatch/rules/rule_set.h"

namespace trailwatch::rules {

namespace {

constexpr std::int64_t kRepeatMicros = kRepeatDays * kMicrosPerDay;
static_assert(kRepeatMicros + kMicrosPerDay == kPastMicros);
constexpr std::int64_t kSeriesMicros = kSeriesMinutes * kMicrosPerMinute;
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::min();

}  // namespace

void Repeats::Latest::move_on(std::int64_t at_micros, std::int64_t span_micros) {
  if (!now_.empty() && now_.front().time < at_micros) {
    for (const Entry& entry : now_) {
      if (last_.size() <= entry.pair) last_.resize(entry.pair + std::size_t{1}, kNever);
      last_[entry.pair] = entry.time;
      entries_.push(entry);
    }
    now_.clear();
  }
  while (!entries_.empty() && entries_.front().time < at_micros - span_micros) {
    const Entry entry = entries_.front();
    entries_.pop();
    if (pairs_.release(entry.pair)) last_[entry.pair] = kNever;
  }
}

void Repeats::Latest::note(std::int64_t at_micros, const std::array<Symbol, 2>& pair) {
  now_.push_back({at_micros, pairs_.acquire(pair.data()).first});
}

bool Repeats::Latest::holds(std::int64_t at_micros, std::int64_t span_micros, const std::array<Symbol, 2>& pair) const {
  const Slot slot = pairs_.acquire(pair.data()).first;
  const std::int64_t then = slot < last_.size() ? last_[slot] : kNever;
  pairs_.release(slot);
  // What is of this very instant has not been added yet.
  return then != kNever && at_micros - then <= span_micros;
}

std::optional<std::array<Symbol, 2>> Repeats::pair_of(Field one, Field other) const {
  const auto first = fields_.find(one, *view_);
  const auto second = fields_.find(other, *view_);
  if (!first || !second) return std::nullopt;
  return std::array<Symbol, 2>{*first, *second};
}

void Repeats::begin(Instant at, RuleView& view) {
  view_ = &view;
  subjects_.move_on(at.micros, kRepeatMicros);
  reasons_.move_on(at.micros, kSeriesMicros);
}

void Repeats::end(Instant at) {
  const ExplainedBy by = view_->explanation().by;
  if (by == ExplainedBy::none || by == ExplainedBy::repeat || by == ExplainedBy::series) return;
  if (const auto pair = pair_of(Field::officer, Field::subject)) subjects_.note(at.micros, *pair);
  if (by == ExplainedBy::duty) return;
  if (const auto pair = pair_of(Field::officer, Field::reason)) reasons_.note(at.micros, *pair);
}

bool Repeats::explained_before(const model::QueryEvent& event) const {
  const auto pair = pair_of(Field::officer, Field::subject);
  return pair && subjects_.holds(event.time.micros, kRepeatMicros, *pair);
}

bool Repeats::in_series(const model::QueryEvent& event) const {
  const auto pair = pair_of(Field::officer, Field::reason);
  return pair && reasons_.holds(event.time.micros, kSeriesMicros, *pair);
}

}  // namespace trailwatch::rules
