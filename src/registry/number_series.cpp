#include "registry/number_series.h"

#include <algorithm>
#include <optional>

namespace trailwatch::registry {

namespace {

// A running number of four digits at least; nineteen would not fit.
constexpr std::size_t kDigitsMin = 4;
constexpr std::size_t kDigitsMax = 18;
// How many entries on either side say whether the series is dense there.
constexpr std::ptrdiff_t kNeighbours = 10;
constexpr std::int64_t kOneIn = 5;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

struct Parts {
  std::string series;  // agency and all that is not the running number, which keeps its length
  std::int64_t serial = 0;
};

// The last run of digits counts up: the year stands before it, or is its beginning.
std::optional<Parts> parts_of(std::string_view agency, std::string_view number) {
  std::size_t end = number.size();
  while (end > 0 && !is_digit(number[end - 1])) --end;
  std::size_t begin = end;
  while (begin > 0 && is_digit(number[begin - 1])) --begin;
  if (end - begin < kDigitsMin || end - begin > kDigitsMax) return std::nullopt;
  Parts out;
  for (const char c : number.substr(begin, end - begin)) out.serial = out.serial * 10 + (c - '0');
  out.series.append(agency).append(1, '\n').append(number.substr(0, begin)).append(1, '\n');
  out.series.append(number.substr(end)).append(1, '\n').append(std::to_string(end - begin));
  return out;
}

}  // namespace

void NumberSeries::add(std::string_view agency, std::string_view number, std::int32_t opened_day) {
  if (const auto parts = parts_of(agency, number)) series_[parts->series].push_back({parts->serial, opened_day});
}

void NumberSeries::sort() {
  for (auto& [series, entries] : series_) {
    std::sort(entries.begin(), entries.end());
    // A case may stand in several rows; of these the earliest opening stays.
    const auto is_same = [](const Entry& one, const Entry& other) { return one.serial == other.serial; };
    entries.erase(std::unique(entries.begin(), entries.end(), is_same), entries.end());
  }
}

bool NumberSeries::holds(std::string_view agency, std::string_view number, std::int32_t day) const {
  const auto parts = parts_of(agency, number);
  if (!parts) return false;
  const auto found = series_.find(parts->series);
  if (found == series_.end()) return false;
  const std::vector<Entry>& entries = found->second;
  const auto above = std::lower_bound(entries.begin(), entries.end(), Entry{parts->serial, 0});
  if (above == entries.begin() || above == entries.end() || (above - 1)->opened > day) return false;
  const auto first = above - std::min<std::ptrdiff_t>(kNeighbours, above - entries.begin());
  const auto last = above + std::min<std::ptrdiff_t>(kNeighbours, entries.end() - above) - 1;
  return kOneIn * (last - first + 1) >= last->serial - first->serial + 1;
}

}  // namespace trailwatch::registry
