#include "rules/day_book.h"

#include <algorithm>
#include <tuple>

#include "rules/rule_view.h"
#include "trailwatch/base/check.h"

namespace trailwatch::rules {

std::optional<std::uint32_t> Groups::find(const DayCount& row) {
  model::Key key;
  if (by_unit_) {
    key = {model::About::unit, fold_key(row.agency), fold_key(row.unit)};
  } else {
    key = Engine::key_of(fold_key(row.officer));
  }
  if (key.name.empty()) return std::nullopt;
  return numbers_.try_emplace(std::move(key), static_cast<std::uint32_t>(numbers_.size())).first->second;
}

std::uint32_t Groups::place(const std::string& agency, const std::string& unit) {
  const auto [known, is_new] =
      place_numbers_.try_emplace({agency, unit}, static_cast<std::uint32_t>(place_numbers_.size()));
  if (is_new) places_.emplace_back(agency, unit);
  return known->second;
}

void Series::move_to(DaySpan days, std::string_view tally, const History& history, Groups& groups) {
  TW_CHECK(!until_ || *until_ <= days.last);
  const LocalDay from = until_ ? std::max(until_->plus(1), days.first) : days.first;
  until_ = days.last;
  std::vector<DayCount> rows;
  if (from <= days.last) rows = history.counts(tally, from, days.last);
  const auto order = [](const DayCount& row) { return std::tie(row.day, row.officer, row.agency, row.unit); };
  const auto is_before = [&](const DayCount& a, const DayCount& b) { return order(a) < order(b); };
  if (!std::is_sorted(rows.begin(), rows.end(), is_before)) std::sort(rows.begin(), rows.end(), is_before);
  for (const DayCount& row : rows) {
    if (row.count <= 0 || row.day < from || days.last < row.day) continue;
    const auto group = groups.find(row);
    if (!group) continue;
    if (groups_.size() <= *group) groups_.resize(*group + std::size_t{1});
    Entries& entries = groups_[*group];
    // What nobody looks at any more goes when it is half of all.
    const std::ptrdiff_t old =
        range(entries, {LocalDay{entries.empty() ? 0 : entries.front().day}, days.first.plus(-1)}).second -
        entries.data();
    if (!entries.empty() && old * 2 > static_cast<std::ptrdiff_t>(entries.size())) {
      entries.erase(entries.begin(), entries.begin() + old);
    }
    const std::uint32_t place = groups.place(row.agency, row.unit);
    if (!entries.empty() && entries.back().day == row.day.days && entries.back().place == place) {
      entries.back().count += row.count;
    } else {
      entries.push_back({row.day.days, place, row.count});
    }
    totals_[row.day.days] += row.count;
  }
  totals_.erase(totals_.begin(), totals_.lower_bound(days.first.days));
}

std::pair<const Series::Entry*, const Series::Entry*> Series::range(const Entries& entries, DaySpan span) {
  const auto before = [](const Entry& entry, std::int32_t day) { return entry.day < day; };
  const Entry *const begin = entries.data(), *const end = begin + entries.size();
  const Entry* const first = std::lower_bound(begin, end, span.first.days, before);
  return {first, std::lower_bound(first, end, span.last.days + 1, before)};
}

std::int64_t Series::sum(std::uint32_t group, DaySpan span) const {
  if (groups_.size() <= group) return 0;
  std::int64_t out = 0;
  for (auto [at, end] = range(groups_[group], span); at != end; ++at) out += at->count;
  return out;
}

std::int64_t Series::total(DaySpan span) const {
  std::int64_t out = 0;
  const auto end = totals_.upper_bound(span.last.days);
  for (auto at = totals_.lower_bound(span.first.days); at != end; ++at) out += at->second;
  return out;
}

std::uint32_t Series::days(std::uint32_t group, DaySpan span) const {
  TW_CHECK(span.last.days - span.first.days < 32);
  std::uint32_t out = 0;
  if (groups_.size() <= group) return out;
  for (auto [at, end] = range(groups_[group], span); at != end; ++at) {
    out |= std::uint32_t{1} << static_cast<unsigned>(at->day - span.first.days);
  }
  return out;
}

std::map<PlaceOfWork, std::int64_t> Series::places(std::uint32_t group, DaySpan span, const Groups& groups) const {
  std::map<PlaceOfWork, std::int64_t> out;
  if (groups_.size() <= group) return out;
  for (auto [at, end] = range(groups_[group], span); at != end; ++at) out[groups.place_at(at->place)] += at->count;
  return out;
}

}  // namespace trailwatch::rules
