#include "app/correlations.h"

#include <algorithm>

namespace trailwatch::app {

namespace {

constexpr std::int64_t kEventsPerStep = 10'000;

}  // namespace

Result<std::vector<model::Finding>> stream_findings(store::Reader& reader, const rules::Engine& engine,
                                                    const Zone& zone, const rules::StreamOptions& options,
                                                    const Progress& progress, DayTallies* tallies) {
  std::int64_t lookback = options.tallies == rules::StreamOptions::Tallies::none ? 0 : rules::kPastMicros;
  for (const rules::RuleInfo& rule : engine.rules().rules()) lookback = std::max(lookback, rule.lookback_micros);
  const Instant begin{zone.start_of(options.first).micros - lookback};
  const Instant until = zone.start_of(options.last.plus(1));
  rules::Stream stream(engine, options);
  Instant at = begin;
  for (model::EventId after = 0;;) {
    Result<std::vector<store::StoredEvent>> events = reader.events_from(at, after, until, kEventsPerStep);
    if (!events) return std::move(events).error();
    if (events->empty()) break;
    for (const store::StoredEvent& stored : *events) stream.take(stored.id, stored.event);
    at = events->back().event.time;
    after = events->back().id;
    if (progress) progress(at.micros - begin.micros, until.micros - begin.micros);
  }
  std::vector<model::Finding> findings = stream.finish();
  if (tallies != nullptr) *tallies = {stream.tally_names(), stream.tallies()};
  return findings;
}

}  // namespace trailwatch::app
