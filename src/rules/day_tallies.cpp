#include "rules/day_tallies.h"

#include <algorithm>
#include <array>

namespace trailwatch::rules {

namespace {

// Numbers are cut here, so that no sum of a day can overflow.
constexpr std::int64_t kNumberMax = 1'000'000'000'000;

}  // namespace

void DayTallies::take(RuleView& view, EventSymbols& fields) {
  const auto officer = rule_.by_unit ? std::nullopt : fields.find(Field::officer, view);
  const auto agency = fields.find(Field::agency, view), unit = fields.find(Field::unit, view);
  const bool is_plain = rule_.kind <= TallyRule::Kind::count;
  if (!is_plain && (rule_.by_unit ? !unit : !officer)) return;
  std::int64_t value = 1;
  std::optional<Symbol> distinct;
  if (rule_.kind == TallyRule::Kind::distinct) {
    distinct = fields.find(rule_.field, view);
    if (!distinct) return;
  }
  if (rule_.kind == TallyRule::Kind::sum) {
    const auto number = view.number(rule_.field);
    if (!number || *number <= 0) return;
    value = std::min(*number, kNumberMax);
  }
  const Symbol nothing = symbols_.acquire("");
  const std::array<Symbol, 3> key = {officer.value_or(nothing), agency.value_or(nothing), unit.value_or(nothing)};
  const auto [group, is_new] = groups_.acquire(key.data());
  symbols_.release(nothing);
  if (is_new) {
    if (sums_.size() <= group) sums_.resize(group + std::size_t{1});
    sums_[group] = 0;
    active_.push_back(group);
  } else {
    groups_.release(group);
  }
  if (distinct) {
    std::uint32_t& seen = pairs_.at(group, *distinct);
    if (seen++ != 0) return;
    symbols_.hold(*distinct);
    values_.emplace_back(group, *distinct);
  }
  sums_[group] += value;
}

void DayTallies::close_day(LocalDay day, std::vector<DayTally>& out) {
  for (const auto& [group, value] : values_) {
    pairs_.erase(group, value);
    symbols_.release(value);
  }
  values_.clear();
  for (const Slot group : active_) {
    const Symbol* key = groups_.key(group);
    out.push_back({rule_.name, symbols_.text(key[0]), symbols_.text(key[1]), symbols_.text(key[2]), day, sums_[group]});
    groups_.release(group);
  }
  active_.clear();
}

}  // namespace trailwatch::rules
