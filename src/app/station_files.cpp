#include <algorithm>

#include "app/catch_up.h"
#include "app/own_records.h"
#include "app/progress.h"
#include "trailwatch/base/hash.h"
#include "trailwatch/base/text.h"
#include "trailwatch/registry/comparison.h"

// What happens when the files that judgements rest on are others than before.
namespace trailwatch::app {

namespace {

// Goes up whenever the program itself judges differently (duty, scores, sentences), so that stored findings are made
// anew.
constexpr const char* kJudgementRevision = "5";

// The working hours stand in the configuration, not in a file.
std::string hours_of(const config::Config& config) {
  const auto text = [](const config::WorkingHours& hours) {
    return std::to_string(hours.from_minute) + "-" + std::to_string(hours.until_minute);
  };
  std::string all = text(config.hours);
  for (const auto& [unit, hours] : config.unit_hours) all += "|" + unit + "=" + text(hours);
  return to_hex(sha256(all), 4);
}

// Program, rules, reference files, hours.
std::string version_of(const Judgement& chosen, const config::Config& config) {
  return std::string(kJudgementRevision) + "/" + chosen.rules.version() + "/" + chosen.registry.version() + "/" +
         hours_of(config);
}

std::string days_of(const DayPlan& plan) {
  if (plan.empty()) return "no day is affected";
  return std::to_string(plan.size()) + " days to evaluate, " + format_day(plan.begin()->first) + " to " +
         format_day(plan.rbegin()->first);
}

}  // namespace

Result<Affected> Station::affected_by(const std::string& known, const std::string& version, const Judgement& chosen,
                                      const rules::Engine& engine, const std::vector<store::InForce>& before) {
  const std::vector<std::string_view> was = split(known, '/'), is = split(version, '/');
  if (was.size() != is.size() || was[0] != is[0] || was[1] != is[1]) return affect_all(reader(), workplace_.zone);
  const std::int64_t days_back = workplace_.config.reevaluate_days;
  const registry::Snapshot old_one = make_registry(before, workplace_.config, workplace_.zone);
  // Without the files as they were, nothing can be compared.
  if (was[3] != is[3] || old_one.version() != was[2]) {
    return affect_recent(reader(), engine, workplace_.zone, days_back);
  }
  const registry::Comparison comparison(old_one, chosen.registry);
  return affect(reader(), engine, comparison, workplace_.zone, days_back);
}

Status Station::adopt(Judgement chosen) {
  auto engine = std::make_unique<rules::Engine>(chosen.rules, chosen.registry);
  const std::string version = version_of(chosen, workplace_.config);
  Result<std::optional<std::string>> known = reader().meta(kEvaluatedWith);
  if (!known) return std::move(known).error();
  Result<std::vector<store::InForce>> before = reader().in_force();
  if (!before) return std::move(before).error();
  std::sort(chosen.files.begin(), chosen.files.end());
  if (known->value_or("") != version || *before != chosen.files) {
    Affected affected;
    Result<std::int64_t> size = reader().size();
    if (!size) return std::move(size).error();
    if (*size > 0 && known->value_or("") != version) {
      Result<Affected> found = affected_by(known->value_or(""), version, chosen, *engine, *before);
      if (!found) return std::move(found).error();
      affected = *std::move(found);
      Result<std::optional<LocalDay>> first = evaluable_from(reader(), *engine);
      if (!first) return std::move(first).error();
      if (*first) keep_before(affected, **first);
      machine_.log.info("rules or reference data have changed: " + days_of(affected.plan));
    }
    Status done = writer_->begin(machine_.clock.now());
    if (done) done = reevaluation_.add(affected);
    if (done) done = writer_->set_in_force(chosen.files);
    if (done) done = writer_->set_meta(kEvaluatedWith, version);
    if (done) done = writer_->commit();
    if (!done) {
      writer_->rollback();
      return done;
    }
  }
  workplace_.files = std::move(chosen.files);
  workplace_.rules = std::move(chosen.rules);
  workplace_.registry = std::move(chosen.registry);
  workplace_.faults = std::move(chosen.faults);
  // What was being evaluated holds on to the engine before, up to here.
  const std::unique_ptr<rules::Engine> last = std::exchange(engine_, std::move(engine));
  if (Status known_days = know_erased(); !known_days) return known_days;
  judge_.use(*engine_, version);
  return reevaluation_.resume(*engine_);
}

Status Station::refresh() {
  return offer(workplace_.files);
}

Status Station::offer(const std::vector<store::InForce>& files) {
  Result<std::vector<store::InForce>> before = reader().in_force();
  if (!before) return std::move(before).error();
  Result<Judgement> chosen = choose_files(machine_.log, workplace_.config, workplace_.zone, files, *before);
  if (!chosen) return std::move(chosen).error();
  for (const FileFault& fault : chosen->faults) machine_.log.error(fault.text());
  if (Status recorded = record_changes(machine_, workplace_, *writer_); !recorded) return recorded;
  return adopt(*std::move(chosen));
}

Status Station::reevaluate_some() {
  const std::int64_t all = reevaluation_.all();
  const Status done = reevaluation_.step(machine_.clock.now());
  if (done && !reevaluation_.is_active()) {
    machine_.log.info("evaluated again: " + std::to_string(all) + " days, " +
                      with_thousands(reevaluation_.events_read()) + " events read");
  }
  return done;
}

Status Station::reevaluate() {
  if (!reevaluation_.is_active()) return Done{};
  // What has come is signed before long work begins.
  if (Status done = checkpoints_.sign_now(); !done) return done;
  ProgressLine line(machine_.clock, "evaluating");
  while (reevaluation_.is_active()) {
    if (Status done = reevaluate_some(); !done) return done;
    line.show(reevaluation_.done(), reevaluation_.all(),
              std::to_string(reevaluation_.done()) + " of " + std::to_string(reevaluation_.all()) + " days");
  }
  return Done{};
}

}  // namespace trailwatch::app
