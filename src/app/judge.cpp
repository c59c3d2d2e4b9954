#include "app/judge.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "app/store_history.h"
#include "trailwatch/alert/compose.h"
#include "trailwatch/alert/sources.h"

namespace trailwatch::app {

namespace {

constexpr std::int64_t kFaultsMax = 1'000;
constexpr const char* kCorrelateFrom = "correlate_from";

}  // namespace

Judge::Judge(store::Writer& writer, const Zone& zone) : writer_(writer), zone_(zone) {}

void Judge::use(const rules::Engine& engine, std::string version) {
  engine_ = &engine;
  version_ = std::move(version);
  notes_.clear();
  for (const rules::RuleInfo& rule : engine.rules().rules()) notes_[rule.name] = {rule.title, rule.family};
  for (const auto& [rule, title] : alert::source_titles()) notes_[rule] = {title, "source"};
}

void Judge::take(model::EventId id, const model::QueryEvent& event) {
  const LocalDay day = zone_.local(event.time).day;
  if (erased_ && day <= *erased_) return;
  days_.insert(day);
  if (const auto planned = plan_.find(day); planned != plan_.end()) {
    late_.insert(day);
    if (planned->second == DayWork::judge) return;
  }
  count(id, event, day);
}

void Judge::count(model::EventId id, const model::QueryEvent& event, LocalDay day) {
  Counts& counts = counts_[{event.officer, event.agency, event.unit, day}];
  ++counts.events;
  satisfied_.clear();
  engine_->match_counted(event, satisfied_);
  for (const rules::RuleIndex index : satisfied_) {
    ++counts.by_rule[index];
    const rules::RuleInfo& rule = engine_->rules().rules()[index];
    if (rule.alerts) matches_[{day, event.officer}][index].push_back({id, event.time});
  }
}

Status Judge::write_counts() {
  if (!counts_.empty()) ++counts_written_;
  std::vector<store::TallyRow> tallies;
  const auto add = [&](const char* rule, const Post& post, std::int64_t events) {
    if (events > 0) tallies.push_back({rule, post.officer, post.agency, post.unit, post.day, events});
  };
  for (const auto& [post, counts] : counts_) {
    add("", post, counts.events);
    for (const auto& [rule, events] : counts.by_rule) add(engine_->rules().rules()[rule].name.c_str(), post, events);
  }
  if (Status done = writer_.add_tallies(tallies); !done) return done;
  std::vector<store::RuleMatch> matches;
  for (const auto& [officer_day, by_rule] : matches_) {
    for (const auto& [rule, found] : by_rule) {
      const std::string& name = engine_->rules().rules()[rule].name;
      for (const rules::Match& match : found) {
        matches.push_back({name, officer_day.second, officer_day.first, match.event, match.time});
      }
    }
  }
  return writer_.add_matches(matches);
}

Status Judge::mark_days() {
  for (const LocalDay day : days_) {
    if (Status done = writer_.mark_open(day); !done) return done;
  }
  if (Status done = mark_uncorrelated(); !done) return done;
  return writer_.set_meta(kEvaluatedWith, version_);
}

// Remembers, with the events themselves, from which day on the correlations have not seen everything.
Status Judge::mark_uncorrelated() {
  if (days_.empty()) return Done{};
  arrived_ = std::min(arrived_.value_or(*days_.begin()), *days_.begin());
  Result<std::optional<std::string>> known = writer_.reader().meta(kCorrelateFrom);
  if (!known) return std::move(known).error();
  const std::optional<LocalDay> before = parse_day(known->value_or(""));
  if (before && *before <= *days_.begin()) return Done{};
  return writer_.set_meta(kCorrelateFrom, format_day(*days_.begin()));
}

Status Judge::settle() {
  if (Status done = write_counts(); !done) return done;
  if (Status done = mark_days(); !done) return done;
  std::map<LocalDay, std::map<std::string, std::int64_t>> new_events;
  for (const auto& [post, counts] : counts_) new_events[post.day][post.officer] += counts.events;
  for (const auto& [day, officers] : new_events) {
    if (Status done = settle_day(day, officers); !done) return done;
  }
  if (listener_ != nullptr) {
    if (Status told = listener_->before_commit(); !told) return told;
  }
  forget();
  return Done{};
}

// Concludes what this batch touched on one day. An officer whose events of the day are all in this batch has no
// findings yet, and the matches at hand are all there are; most officer-days of files in order of time are like that.
Status Judge::settle_day(LocalDay day, const std::map<std::string, std::int64_t>& new_events) {
  for (const auto& [officer, events] : new_events) {
    const model::Key key = rules::Engine::key_of(officer);
    // One officer at a time: a live batch of few records must not read the day of all the others.
    const Result<std::int64_t> all_events = writer_.reader().events_of(day, officer);
    if (!all_events) return all_events.error();
    const std::int64_t total = *all_events;
    const bool is_first = total == events;
    static const std::map<rules::RuleIndex, std::vector<rules::Match>> kNone;
    const auto found = matches_.find({day, officer});
    const auto& at_hand = found == matches_.end() ? kNone : found->second;
    std::set<rules::RuleIndex> touched;
    for (const auto& [rule, matches] : at_hand) touched.insert(rule);
    bool has_findings = !touched.empty();
    if (!is_first) {
      // The total has changed even where a rule saw nothing new, and sentences speak of shares.
      Result<std::vector<model::Finding>> known = writer_.reader().findings(day, key);
      if (!known) return std::move(known).error();
      has_findings = has_findings || !known->empty();
      for (const model::Finding& finding : *known) {
        const auto rule = engine_->rules().find(finding.rule);
        if (!rule) continue;
        const rules::RuleInfo& info = engine_->rules().rules()[*rule];
        if (info.kind == rules::RuleInfo::Kind::event && !info.needs_past) touched.insert(*rule);
      }
    }
    for (const rules::RuleIndex rule : touched) {
      const Group group{engine_->rules().rules()[rule].name, officer, day};
      Result<std::vector<rules::Match>> matches = is_first ? at_hand.at(rule) : stored_matches(group);
      if (!matches) return std::move(matches).error();
      if (Status done = conclude(group, *std::move(matches), total); !done) return done;
    }
    if (!has_findings) continue;
    if (Status done = compose_alert({day, key}); !done) return done;
  }
  return Done{};
}

void Judge::forget() {
  counts_.clear();
  matches_.clear();
  days_.clear();
  if (listener_ != nullptr) listener_->forget();
}

Status Judge::commit() {
  if (listener_ != nullptr) {
    if (Status told = listener_->before_commit(); !told) return told;
  }
  return writer_.commit();
}

void Judge::rollback() {
  writer_.rollback();
  if (listener_ != nullptr) listener_->forget();
}

Result<std::vector<rules::Match>> Judge::stored_matches(const Group& group) {
  auto rows = writer_.reader().matches(group.rule, group.officer, group.day);
  if (!rows) return std::move(rows).error();
  std::vector<rules::Match> out;
  out.reserve(rows->size());
  for (const auto& [event, time] : *rows) out.push_back({event, time});
  return out;
}

Status Judge::conclude(const Group& group, std::vector<rules::Match> matches, std::int64_t total) {
  const model::Key key = rules::Engine::key_of(group.officer);
  if (matches.empty()) return writer_.remove_finding(group.day, key, group.rule);
  std::sort(matches.begin(), matches.end());
  const auto rule = engine_->rules().find(group.rule);
  TW_CHECK(rule.has_value());
  return writer_.put_finding(engine_->conclude(rule.value(), key, group.day, matches, total));
}

Status Judge::compose_alert(const OfficerDay& officer_day) {
  const auto& [day, key] = officer_day;
  Result<std::vector<model::Finding>> findings = writer_.reader().findings(day, key);
  if (!findings) return std::move(findings).error();
  const std::optional<model::Alert> alert = alert::compose(key, day, *findings, notes_);
  if (alert && listener_ != nullptr) listener_->composed(*alert);
  return alert ? writer_.put_alert(*alert) : writer_.remove_alert(alert::alert_id(key, day));
}

// What was chosen of what is known about this day goes, the given findings come; the alerts follow.
Status Judge::replace(LocalDay day, const std::vector<model::Finding>& findings, const Choice& is_replaced) {
  Result<std::vector<model::Finding>> before = writer_.reader().findings(day);
  if (!before) return std::move(before).error();
  std::set<OfficerDay> touched;
  for (const model::Finding& finding : *before) {
    if (!is_replaced(finding)) continue;
    touched.insert({day, finding.key});
    if (Status done = writer_.remove_finding(day, finding.key, finding.rule); !done) return done;
  }
  for (const model::Finding& finding : findings) {
    touched.insert({day, finding.key});
    if (Status done = writer_.put_finding(finding); !done) return done;
  }
  for (const OfficerDay& officer_day : touched) {
    if (Status done = compose_alert(officer_day); !done) return done;
  }
  return Done{};
}

Status Judge::close_day(LocalDay day, rules::DayCloser& closer, const StoreHistory& history) {
  std::set<std::string> baselines;
  for (const rules::RuleInfo& rule : engine_->rules().rules()) {
    if (rule.kind == rules::RuleInfo::Kind::baseline) baselines.insert(rule.name);
  }
  const std::vector<model::Finding> findings = closer.close(day);
  if (const std::optional<Error>& failure = history.failure()) return *failure;
  return replace(day, findings, [&](const model::Finding& known) { return baselines.count(known.rule) != 0; });
}

// Faults of the sources themselves: judged as a whole, since any late file can heal or make one.
Status Judge::close_sources(LocalDay last) {
  Result<std::vector<store::Clash>> clashes = writer_.reader().clashes(kFaultsMax);
  if (!clashes) return std::move(clashes).error();
  Result<std::vector<store::TrailerFault>> trailers = writer_.reader().trailer_faults(kFaultsMax);
  if (!trailers) return std::move(trailers).error();
  Result<std::vector<store::Hole>> holes = writer_.reader().holes(kFaultsMax);
  if (!holes) return std::move(holes).error();
  Result<std::vector<store::LossRow>> losses = writer_.reader().losses(kFaultsMax);
  if (!losses) return std::move(losses).error();
  std::map<LocalDay, std::vector<model::Finding>> by_day;
  for (const store::LossRow& loss : *losses) {
    const LocalDay day = zone_.local(loss.first).day;
    alert::add_loss(by_day[day], loss.stream, day, loss.first, loss.last, loss.kind, loss.times, loss.records);
  }
  for (const store::Hole& hole : *holes) {
    const LocalDay day = zone_.local(hole.time).day;
    alert::add_hole(by_day[day], hole.file, day, hole.time, hole.next, hole.first, hole.last);
  }
  for (const store::Clash& clash : *clashes) {
    const LocalDay day = zone_.local(clash.time).day;
    alert::add_conflict(by_day[day], clash.file, day, clash.time, clash.event);
  }
  for (const store::TrailerFault& fault : *trailers) {
    if (!fault.newest) continue;
    const LocalDay day = zone_.local(*fault.newest).day;
    alert::add_trailer_fault(by_day[day], fault.file, day, *fault.newest, fault.declared, fault.rows);
  }
  Result<std::vector<LocalDay>> days = writer_.reader().finding_days(model::About::source);
  if (!days) return std::move(days).error();
  for (const LocalDay day : *days) by_day[day];
  std::set<std::string> rules;
  for (const auto& [rule, title] : alert::source_titles()) rules.insert(rule);
  for (const auto& [day, findings] : by_day) {
    if (day > last || (erased_ && day <= *erased_)) continue;
    const auto is_replaced = [&](const model::Finding& known) { return rules.count(known.rule) != 0; };
    if (Status done = replace(day, findings, is_replaced); !done) return done;
  }
  return Done{};
}

// Nobody but the vault holds a subject in the plain: its token takes the value's place.
Status Judge::hide_subjects(std::vector<model::Finding>& findings) {
  for (model::Finding& finding : findings) {
    if (finding.key.about != model::About::subject || finding.events.empty()) continue;
    Result<std::optional<vault::Token>> token = writer_.reader().subject_token(finding.events.front());
    if (!token) return std::move(token).error();
    std::array<char, 24> digits{};
    std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(token->value_or(0)));
    finding.key.name = digits.data();
  }
  return Done{};
}

// What is added up in the order of time takes the place of what was known; days on which it has changed are open again.
Status Judge::replace_tallies(LocalDay first, LocalDay last, const DayTallies& tallies) {
  std::set<LocalDay> changed;
  for (const std::string& name : tallies.names) {
    std::map<LocalDay, std::vector<store::TallyRow>> now, before;
    for (const rules::DayTally& tally : tallies.rows) {
      if (tally.name != name) continue;
      now[tally.day].push_back({name, tally.officer, tally.agency, tally.unit, tally.day, tally.value});
    }
    Result<std::vector<store::TallyRow>> known = writer_.reader().tallies(name, first, last);
    if (!known) return std::move(known).error();
    for (store::TallyRow& row : *known) before[row.day].push_back(std::move(row));
    for (LocalDay day = first; day <= last; day = day.plus(1)) {
      if (now[day] == before[day]) continue;
      if (Status done = writer_.replace_tallies(name, day, now[day]); !done) return done;
      changed.insert(day);
    }
  }
  for (const LocalDay day : changed) {
    if (Status done = writer_.mark_open(day); !done) return done;
  }
  return Done{};
}

Status Judge::correlate(Instant now, const Progress& progress) {
  std::set<std::string> judged;
  for (const rules::RuleInfo& rule : engine_->rules().rules()) {
    const bool in_order = rule.kind == rules::RuleInfo::Kind::event && rule.needs_past;
    if (in_order || rule.kind == rules::RuleInfo::Kind::correlation) judged.insert(rule.name);
  }
  Result<std::optional<std::string>> known = writer_.reader().meta(kCorrelateFrom);
  if (!known) return std::move(known).error();
  std::optional<LocalDay> first = parse_day(known->value_or(""));
  if (first && erased_) first = std::max(*first, erased_->plus(1));
  auto span = writer_.reader().span();
  if (!span) return std::move(span).error();
  if (!first || !*span) return Done{};
  const LocalDay last = zone_.local((*span)->second).day;
  std::map<LocalDay, std::vector<model::Finding>> by_day;
  for (LocalDay day = *first; day <= last; day = day.plus(1)) by_day[day];
  rules::StreamOptions options;
  options.first = *first;
  options.last = last;
  options.event_rules = rules::StreamOptions::EventRules::with_past;
  options.tallies = rules::StreamOptions::Tallies::in_order;
  DayTallies tallies;
  arrived_.reset();
  Result<std::vector<model::Finding>> findings =
      stream_findings(writer_.reader(), *engine_, zone_, options, progress, &tallies);
  if (!findings) return std::move(findings).error();
  if (Status hidden = hide_subjects(*findings); !hidden) return hidden;
  for (model::Finding& finding : *findings) by_day[finding.day].push_back(std::move(finding));
  Status done = writer_.begin(now);
  const auto is_replaced = [&](const model::Finding& finding) { return judged.count(finding.rule) != 0; };
  for (auto day = by_day.begin(); done && day != by_day.end(); ++day) {
    done = replace(day->first, day->second, is_replaced);
  }
  if (done) done = replace_tallies(*first, last, tallies);
  if (done) done = writer_.set_meta(kCorrelateFrom, arrived_ ? format_day(*arrived_) : "");
  if (done) done = commit();
  if (!done) rollback();
  return done;
}

Status Judge::close_days(LocalDay last, Instant now, const Progress& progress) {
  Result<std::vector<LocalDay>> open = writer_.reader().open_days();
  if (!open) return std::move(open).error();
  // A day's counts enter later days too, up to the last one that is over.
  std::set<LocalDay> days;
  for (const LocalDay day : *open) {
    if (erased_ && day <= *erased_) continue;
    const LocalDay end = std::min(last, engine_->affected_until(day));
    for (LocalDay d = day; d <= end; d = d.plus(1)) days.insert(d);
  }
  if (days.empty()) return Done{};
  const StoreHistory history(writer_.reader(), *engine_, zone_);
  rules::DayCloser closer(*engine_, history);
  Status done = writer_.begin(now);
  std::int64_t count = 0;
  for (auto day = days.begin(); done && day != days.end(); ++day) {
    done = close_day(*day, closer, history);
    if (done) done = writer_.mark_closed(*day);
    if (progress) progress(++count, static_cast<std::int64_t>(days.size()));
  }
  if (done) done = close_sources(last);
  if (done) done = commit();
  if (!done) rollback();
  return done;
}

}  // namespace trailwatch::app
