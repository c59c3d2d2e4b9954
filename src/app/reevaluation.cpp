#include "app/reevaluation.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "trailwatch/base/check.h"
#include "trailwatch/base/text.h"
#include "trailwatch/rules/stream.h"

namespace trailwatch::app {

namespace {

constexpr std::int64_t kDaysPerStep = 31;
constexpr const char* kPlan = "reevaluate";
constexpr const char* kPlanned = "reevaluate_days";
constexpr const char* kCurrentFrom = "current_from";

rules::StreamOptions options_for(LocalDay first, LocalDay last) {
  rules::StreamOptions out;
  out.first = first;
  out.last = last;
  out.event_rules = rules::StreamOptions::EventRules::with_past;
  out.tallies = rules::StreamOptions::Tallies::in_order;
  return out;
}

}  // namespace

// What comparing days needs; made anew when counts have changed behind its back.
struct Reevaluation::Closing {
  StoreHistory history;
  rules::DayCloser closer;
  std::int64_t counts_known;

  Closing(store::Reader& reader, const rules::Engine& engine, const Zone& zone, std::int64_t counts)
      : history(reader, engine, zone), closer(engine, history), counts_known(counts) {}
};

// A stretch of days that is read in one go, and what was read for those that are not published yet.
struct Reevaluation::Run {
  LocalDay first, last;
  rules::Stream stream;
  Instant at, until;
  model::EventId after = 0;
  std::map<LocalDay, std::vector<store::StoredEvent>> events;
  std::map<LocalDay, std::vector<model::Finding>> findings;
  std::map<LocalDay, std::vector<rules::DayTally>> tallies;

  Run(const rules::Engine& engine, const Zone& zone, LocalDay begin, LocalDay end)
      : first(begin),
        last(end),
        stream(engine, options_for(begin, end)),
        at{zone.start_of(begin.plus(-lookback_days(engine)))},
        until(zone.start_of(end.plus(1))) {}

  void take_over(std::vector<model::Finding> found, std::vector<rules::DayTally> added_up) {
    for (model::Finding& finding : found) findings[finding.day].push_back(std::move(finding));
    for (rules::DayTally& tally : added_up) tallies[tally.day].push_back(std::move(tally));
  }
};

Reevaluation::Reevaluation(store::Writer& writer, Judge& judge, const Zone& zone, std::int64_t events_per_step)
    : writer_(writer), judge_(judge), zone_(zone), events_per_step_(events_per_step) {}
Reevaluation::~Reevaluation() = default;

Status Reevaluation::resume(const rules::Engine& engine) {
  engine_ = &engine;
  run_.reset();
  closing_.reset();
  Result<Standing> standing = read_standing(writer_.reader());
  if (!standing) return std::move(standing).error();
  plan_ = std::move(standing->plan);
  all_ = std::max(standing->all, static_cast<std::int64_t>(plan_.size()));
  judge_.set_plan(plan_);
  return Done{};
}

Status Reevaluation::add(const Affected& affected) {
  Result<Standing> standing = read_standing(writer_.reader());
  if (!standing) return std::move(standing).error();
  DayPlan plan = std::move(standing->plan);
  for (const auto& [day, work] : affected.plan) add_to(plan, day, work);
  if (affected.kept_before && (!standing->current_from || *standing->current_from < *affected.kept_before)) {
    const Status done = writer_.set_meta(kCurrentFrom, format_day(*affected.kept_before));
    if (!done) return done;
  }
  if (affected.from_the_first_day) {
    if (Status done = writer_.set_meta(kCurrentFrom, ""); !done) return done;
  }
  if (Status done = writer_.set_meta(kPlanned, std::to_string(plan.size())); !done) return done;
  return writer_.set_meta(kPlan, format_plan(plan));
}

// Days closer together than the look-back share it.
void Reevaluation::begin_run() {
  const LocalDay first = plan_.begin()->first;
  LocalDay last = first;
  for (const auto& [day, work] : plan_) {
    if (work == DayWork::compare) continue;
    if (last.plus(lookback_days(*engine_)) < day) break;
    last = day;
  }
  run_ = std::make_unique<Run>(*engine_, zone_, first, last);
}

Status Reevaluation::step(Instant now) {
  if (plan_.empty()) return Done{};
  if (!run_ && plan_.begin()->second == DayWork::compare) {
    LocalDay end = plan_.begin()->first;
    std::int64_t days = 0;
    for (const auto& [day, work] : plan_) {
      if (work != DayWork::compare || ++days > kDaysPerStep) break;
      end = day.plus(1);
    }
    return publish_before(end, now);
  }
  if (!run_) begin_run();
  Run& run = *run_;
  Result<std::vector<store::StoredEvent>> events =
      writer_.reader().events_from(run.at, run.after, run.until, events_per_step_);
  if (!events) return std::move(events).error();
  const auto count = static_cast<std::int64_t>(events->size());
  for (store::StoredEvent& stored : *events) {
    run.stream.take(stored.id, stored.event);
    run.at = stored.event.time;
    run.after = stored.id;
    const LocalDay day = zone_.local(stored.event.time).day;
    if (run.first <= day) run.events[day].push_back(std::move(stored));
  }
  events_read_ += count;
  const bool at_end = count < events_per_step_;
  std::vector<model::Finding> found = at_end ? run.stream.finish() : run.stream.take_findings();
  run.take_over(std::move(found), run.stream.take_tallies());
  const Status done = publish_before(at_end ? run.last.plus(1) : zone_.local(run.at).day, now);
  if (at_end) run_.reset();
  return done;
}

Status Reevaluation::publish_before(LocalDay end, Instant now) {
  while (!plan_.empty() && plan_.begin()->first < end) {
    const auto [day, work] = *plan_.begin();
    Status done = writer_.begin(now);
    if (done) done = publish(day, work);
    if (done) done = judge_.commit();
    if (!done) {
      judge_.rollback();
      judge_.forget();
      return done;
    }
    closing_->counts_known = judge_.counts_written();
    plan_.erase(plan_.begin());
    judge_.set_done(day);
    if (!run_) continue;
    run_->findings.erase(day);
    run_->tallies.erase(day);
  }
  if (run_) run_->events.erase(run_->events.begin(), run_->events.lower_bound(end));
  return Done{};
}

// Within a transaction.
Status Reevaluation::publish(LocalDay day, DayWork work) {
  if (!closing_ || closing_->counts_known != judge_.counts_written()) {
    closing_ = std::make_unique<Closing>(writer_.reader(), *engine_, zone_, judge_.counts_written());
  }
  static const std::vector<rules::DayTally> kNothing;
  std::vector<store::StoredEvent> events;
  std::vector<model::Finding> findings;
  const std::vector<rules::DayTally>* tallies = &kNothing;
  if (work != DayWork::compare) {
    TW_CHECK(run_ != nullptr);
    events = std::move(run_->events[day]);
    findings = std::move(run_->findings[day]);
    tallies = &run_->tallies[day];
    if (judge_.is_late(day)) {
      Result<std::vector<store::StoredEvent>> again = writer_.reader().events_from(
          zone_.start_of(day), 0, zone_.start_of(day.plus(1)), std::numeric_limits<std::int64_t>::max());
      if (!again) return std::move(again).error();
      events = *std::move(again);
      events_read_ += static_cast<std::int64_t>(events.size());
    }
  }
  const Status done =
      judge_.rewrite_day(day, work, events, std::move(findings), *tallies, closing_->closer, closing_->history);
  if (!done) return done;
  DayPlan left = plan_;
  left.erase(day);
  return writer_.set_meta(kPlan, format_plan(left));
}

Result<Standing> read_standing(store::Reader& reader) {
  Result<std::optional<std::string>> plan = reader.meta(kPlan), all = reader.meta(kPlanned),
                                     from = reader.meta(kCurrentFrom);
  if (!plan) return std::move(plan).error();
  if (!all) return std::move(all).error();
  if (!from) return std::move(from).error();
  Standing out;
  out.plan = parse_plan(plan->value_or(""));
  const std::string number = all->value_or("0");
  std::from_chars(number.data(), number.data() + number.size(), out.all);
  out.current_from = parse_day(from->value_or(""));
  return out;
}

std::vector<std::string> standing_lines(const Standing& standing) {
  std::vector<std::string> out;
  if (!standing.plan.empty()) {
    const auto left = static_cast<std::int64_t>(standing.plan.size()), all = std::max(standing.all, left);
    out.push_back("規則或參考資料已更換，重新評估中：已完成 " + with_thousands(all - left) + "／" +
                  with_thousands(all) + " 日，尚待 " + format_roc_day(standing.plan.begin()->first) + " 至 " +
                  format_roc_day(standing.plan.rbegin()->first) + "，其間各日仍為前次結果");
  }
  if (standing.current_from) {
    out.push_back(format_roc_day(*standing.current_from) + "以前各日依當時的參考資料評估，參考檔更換後未重新評估");
  }
  return out;
}

}  // namespace trailwatch::app
