#include <algorithm>

#include "app/judge.h"
#include "trailwatch/base/check.h"

// How a whole day is judged anew, in one piece.
namespace trailwatch::app {

void Judge::set_plan(const DayPlan& plan) {
  plan_ = plan;
  late_.clear();
}

void Judge::set_done(LocalDay day) {
  plan_.erase(day);
  late_.erase(day);
}

// Of the event rules, by what was counted.
std::vector<model::Finding> Judge::conclude_all(LocalDay day) const {
  std::map<std::string, std::int64_t> totals;
  for (const auto& [post, counts] : counts_) totals[post.officer] += counts.events;
  std::vector<model::Finding> out;
  for (const auto& [officer_day, by_rule] : matches_) {
    const model::Key key = rules::Engine::key_of(officer_day.second);
    for (const auto& [rule, matches] : by_rule) {
      std::vector<rules::Match> sorted = matches;
      std::sort(sorted.begin(), sorted.end());
      out.push_back(engine_->conclude(rule, key, day, sorted, totals[officer_day.second]));
    }
  }
  return out;
}

// An open day gets its baselines when it is closed; one that was closed before had some already.
Result<bool> Judge::is_closed(LocalDay day) {
  Result<std::vector<LocalDay>> open = writer_.reader().open_days();
  if (!open) return std::move(open).error();
  return std::find(open->begin(), open->end(), day) == open->end();
}

Status Judge::rewrite_day(LocalDay day, DayWork work, const std::vector<store::StoredEvent>& events,
                          std::vector<model::Finding> findings, const std::vector<rules::DayTally>& tallies,
                          rules::DayCloser& closer, const StoreHistory& history) {
  TW_CHECK(counts_.empty() && matches_.empty());
  if (work != DayWork::compare) {
    if (Status done = writer_.forget_counts(day); !done) return done;
    for (const store::StoredEvent& stored : events) count(stored.id, stored.event, day);
    if (Status done = write_counts(); !done) return done;
    std::vector<store::TallyRow> rows;
    for (const rules::DayTally& tally : tallies) {
      rows.push_back({tally.name, tally.officer, tally.agency, tally.unit, day, tally.value});
    }
    if (Status done = writer_.add_tallies(rows); !done) return done;
  }
  std::vector<model::Finding> concluded = conclude_all(day);
  forget();
  if (work == DayWork::count) return Done{};
  Result<bool> closed = is_closed(day);
  if (!closed) return std::move(closed).error();
  if (work == DayWork::compare) return *closed ? close_day(day, closer, history) : Status(Done{});

  if (Status hidden = hide_subjects(findings); !hidden) return hidden;
  findings.insert(findings.end(), concluded.begin(), concluded.end());
  if (*closed) {
    const std::vector<model::Finding> compared = closer.close(day);
    if (const std::optional<Error>& failure = history.failure()) return *failure;
    findings.insert(findings.end(), compared.begin(), compared.end());
  }
  return replace(day, findings, [](const model::Finding& known) { return known.key.about != model::About::source; });
}

}  // namespace trailwatch::app
