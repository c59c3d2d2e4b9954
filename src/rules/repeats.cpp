#include "rules/repeats.h"

#include <limits>

#include "trailwatch/rules/rule_set.h"

namespace trailwatch::rules {

namespace {

constexpr std::int64_t kRepeatMicros = kRepeatDays * kMicrosPerDay;
static_assert(kRepeatMicros + kMicrosPerDay == kPastMicros);
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::min();

}  // namespace

std::optional<std::array<Symbol, 2>> Repeats::pair_of() const {
  const auto officer = fields_.find(Field::officer, *view_);
  const auto subject = fields_.find(Field::subject, *view_);
  if (!officer || !subject) return std::nullopt;
  return std::array<Symbol, 2>{*officer, *subject};
}

void Repeats::begin(Instant at, RuleView& view) {
  view_ = &view;
  if (!now_.empty() && now_.front().time < at.micros) {
    for (const Entry& entry : now_) add(entry);
    now_.clear();
  }
  while (!entries_.empty() && entries_.front().time < at.micros - kRepeatMicros) {
    const Entry entry = entries_.front();
    entries_.pop();
    if (pairs_.release(entry.pair)) last_[entry.pair] = kNever;
  }
}

void Repeats::add(Entry entry) {
  if (last_.size() <= entry.pair) last_.resize(entry.pair + std::size_t{1}, kNever);
  last_[entry.pair] = entry.time;
  entries_.push(entry);
}

void Repeats::end(Instant at) {
  const Explanation& explanation = view_->explanation();
  if (explanation.by == ExplainedBy::none || explanation.by == ExplainedBy::repeat) return;
  if (const auto pair = pair_of()) now_.push_back({at.micros, pairs_.acquire(pair->data()).first});
}

bool Repeats::explained_before(const model::QueryEvent& event) const {
  const auto pair = pair_of();
  if (!pair) return false;
  const Slot slot = pairs_.acquire(pair->data()).first;
  const std::int64_t then = slot < last_.size() ? last_[slot] : kNever;
  pairs_.release(slot);
  // What is of this very instant has not been added yet.
  return then != kNever && event.time.micros - then <= kRepeatMicros;
}

}  // namespace trailwatch::rules
