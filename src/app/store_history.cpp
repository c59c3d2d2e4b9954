#include "app/store_history.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace trailwatch::app {

namespace {

bool is_of(std::string_view agency, std::string_view unit, const model::Key& key) {
  return rules::Engine::folded(agency) == key.agency && rules::Engine::folded(unit) == key.name;
}

}  // namespace

StoreHistory::StoreHistory(store::Reader& reader, const rules::Engine& engine, const Zone& zone)
    : reader_(reader), engine_(engine), zone_(zone) {}

StoreHistory::StoreHistory(store::Reader& reader, const rules::Engine& engine, const Zone& zone, DayTallies tallies)
    : reader_(reader), engine_(engine), zone_(zone), given_(std::in_place) {
  for (rules::DayTally& row : tallies.rows) {
    (*given_)[row.name].push_back(
        {std::move(row.officer), std::move(row.agency), std::move(row.unit), row.day, row.value});
  }
  for (auto& [name, rows] : *given_) {
    std::sort(rows.begin(), rows.end(), [](const rules::DayCount& a, const rules::DayCount& b) {
      return std::tie(a.day, a.officer, a.agency, a.unit) < std::tie(b.day, b.officer, b.agency, b.unit);
    });
  }
}

std::vector<rules::DayCount> StoreHistory::counts(std::string_view tally, LocalDay from, LocalDay until) const {
  std::vector<rules::DayCount> out;
  if (given_) {
    const auto found = given_->find(tally);
    if (found == given_->end()) return out;
    const auto begin = std::partition_point(found->second.begin(), found->second.end(),
                                            [&](const rules::DayCount& row) { return row.day < from; });
    const auto end =
        std::partition_point(begin, found->second.end(), [&](const rules::DayCount& row) { return row.day <= until; });
    return {begin, end};
  }
  Result<std::vector<store::TallyRow>> rows = reader_.tallies(tally, from, until);
  if (!rows) return remember(std::move(rows).error()), out;
  out.reserve(rows->size());
  for (store::TallyRow& row : *rows) {
    out.push_back({std::move(row.officer), std::move(row.agency), std::move(row.unit), row.day, row.events});
  }
  return out;
}

std::vector<rules::Match> StoreHistory::matches(rules::RuleIndex rule, const model::Key& key, LocalDay day) const {
  std::vector<rules::Match> out;
  std::set<std::string> officers;
  if (key.about == model::About::officer) {
    officers.insert(key.name);
  } else {
    for (const rules::DayCount& row : counts("", day, day)) {
      if (is_of(row.agency, row.unit, key)) officers.insert(row.officer);
    }
  }
  for (const std::string& officer : officers) add_matches(rule, officer, key, day, out);
  std::sort(out.begin(), out.end());
  return out;
}

void StoreHistory::add_matches(rules::RuleIndex rule, const std::string& officer, const model::Key& key, LocalDay day,
                               std::vector<rules::Match>& out) const {
  const Instant begin = zone_.start_of(day);
  const Instant from{begin.micros - engine_.rules().rules()[rule].lookback_micros};
  Result<std::vector<store::StoredEvent>> stored = reader_.officer_events(officer, from, zone_.start_of(day.plus(1)));
  if (!stored) return remember(std::move(stored).error());
  std::vector<std::pair<model::EventId, model::QueryEvent>> events;
  std::set<model::EventId> of_unit;
  for (store::StoredEvent& one : *stored) {
    if (key.about == model::About::unit && is_of(one.event.agency, one.event.unit, key)) of_unit.insert(one.id);
    events.emplace_back(one.id, std::move(one.event));
  }
  for (const rules::Match& match : engine_.matches(rule, events, begin)) {
    if (key.about == model::About::officer || of_unit.count(match.event) != 0) out.push_back(match);
  }
}

void StoreHistory::remember(Error error) const {
  if (!failure_) failure_ = std::move(error);
}

}  // namespace trailwatch::app
