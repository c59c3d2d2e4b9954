#include "app/affected.h"

#include <algorithm>
#include <map>
#include <set>

#include "trailwatch/base/text.h"

namespace trailwatch::app {

namespace {

struct Span {
  LocalDay first, last;
};

Result<std::optional<Span>> stored_span(store::Reader& reader, const Zone& zone) {
  auto span = reader.span();
  if (!span) return std::move(span).error();
  std::optional<Span> out;
  if (*span) out = Span{zone.local((*span)->first).day, zone.local((*span)->second).day};
  return out;
}

// Asks a comparison about the stored events, and notes the days.
class Touched {
 public:
  Touched(store::Reader& reader, const registry::Comparison& comparison, const Zone& zone)
      : comparison_(comparison), zone_(zone), officers_(comparison.officers().begin(), comparison.officers().end()) {
    for (const registry::ListedSubject& subject : comparison.subjects()) {
      subjects_.emplace(reader.token(subject.kind, subject.value), &subject);
      if (!is_plain(subject.value) || subject.kind == model::SubjectKind::parcel) worded_.insert(subject.kind);
    }
  }

  void see(const store::EventOutline& event) {
    if (event.time < begin_ || event.time >= end_) {
      day_ = zone_.local(event.time).day;
      begin_ = zone_.start_of(day_);
      end_ = zone_.start_of(day_.plus(1));
    }
    if (!officers_.empty()) note_officer(event.officer);
    if (days_.count(day_) != 0) return;
    registry::Glance glance;
    glance.time = event.time;
    glance.day = day_;
    glance.officer = event.officer;
    glance.approver = event.approver;
    glance.account = event.account;
    glance.terminal = event.terminal;
    glance.agency = event.agency;
    glance.unit = event.unit;
    glance.system = event.system;
    glance.channel = event.channel;
    glance.reason_code = event.reason_code;
    glance.case_no = event.case_no;
    if (event.subject != 0 && !subjects_.empty()) {
      const auto found = subjects_.find(event.subject);
      if (found != subjects_.end()) glance.subject = found->second;
    }
    if (may_be_worded(event) || comparison_.touches(glance)) days_.insert(day_);
  }

  // What the comparison says of days without looking at events.
  void see_days(Span span) {
    for (const LocalDay day : comparison_.days()) {
      if (span.first <= day && day <= span.last) days_.insert(day);
    }
    for (const auto& [officer, first] : first_days_) {
      for (LocalDay day = first; day <= span.last; day = day.plus(1)) {
        if (days_.count(day) == 0 && comparison_.touches_day(officer, day)) days_.insert(day);
      }
    }
  }

  const std::set<LocalDay>& days() const { return days_; }

 private:
  static bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  }

  // Ids and plates stand in events as they are compared. A name or an address may be written in several ways, each with
  // a token of its own: rather one day too many.
  bool may_be_worded(const store::EventOutline& event) const {
    if (worded_.count(event.subject_kind) == 0) return false;
    return event.lookup_by == model::LookupBy::name || event.lookup_by == model::LookupBy::address ||
           event.subject_kind == model::SubjectKind::parcel;
  }

  void note_officer(std::string_view officer) {
    auto known = first_days_.find(officer);
    if (known == first_days_.end()) {
      if (officers_.count(rules::Engine::folded(officer)) == 0) return;
      known = first_days_.emplace(officer, day_).first;
    }
    known->second = std::min(known->second, day_);
  }

  const registry::Comparison& comparison_;
  const Zone& zone_;
  std::set<std::string, std::less<>> officers_;  // that the comparison names
  std::map<vault::Token, const registry::ListedSubject*> subjects_;
  std::set<model::SubjectKind> worded_;                      // kinds with a subject that is not an id or a plate
  std::map<std::string, LocalDay, std::less<>> first_days_;  // of these officers, when they looked something up first
  LocalDay day_;
  Instant begin_, end_;
  std::set<LocalDay> days_;
};

// From the days whose facts have changed to all that follows from them.
Affected spread(const std::set<LocalDay>& touched, const rules::Engine& engine, Span span, std::int64_t days_back) {
  Affected out;
  const std::int32_t lookback = lookback_days(engine);
  const std::int64_t back = std::min<std::int64_t>(days_back, span.last.days - span.first.days);
  const LocalDay limit = days_back == 0 ? span.first : span.last.plus(-static_cast<std::int32_t>(back));
  const LocalDay counted_from = engine.needed_from(limit);
  for (const LocalDay day : touched) {
    const LocalDay end = std::min(span.last, day.plus(lookback));
    const LocalDay begin = std::max({span.first, day, counted_from});
    for (LocalDay d = begin; d <= end; d = d.plus(1)) add_to(out.plan, d, d < limit ? DayWork::count : DayWork::judge);
    if (day < limit) out.kept_before = limit;
  }
  std::set<LocalDay> compared;
  for (const auto& [day, work] : out.plan) {
    const LocalDay end = std::min(span.last, engine.affected_until(day));
    for (LocalDay d = std::max(day, limit); d <= end; d = d.plus(1)) compared.insert(d);
  }
  for (const LocalDay day : compared) out.plan.try_emplace(day, DayWork::compare);
  return out;
}

}  // namespace

std::int32_t lookback_days(const rules::Engine& engine) {
  std::int64_t micros = rules::kPastMicros;
  for (const rules::RuleInfo& rule : engine.rules().rules()) micros = std::max(micros, rule.lookback_micros);
  // A change of the clocks makes a day longer.
  return static_cast<std::int32_t>(micros / kMicrosPerDay) + 1;
}

Result<Affected> affect_all(store::Reader& reader, const Zone& zone) {
  auto span = stored_span(reader, zone);
  if (!span) return std::move(span).error();
  Affected out;
  out.from_the_first_day = true;
  if (!*span) return out;
  for (LocalDay day = (*span)->first; day <= (*span)->last; day = day.plus(1)) add_to(out.plan, day, DayWork::judge);
  return out;
}

Result<Affected> affect_recent(store::Reader& reader, const rules::Engine& engine, const Zone& zone,
                               std::int64_t days_back) {
  auto span = stored_span(reader, zone);
  if (!span) return std::move(span).error();
  if (!*span) return Affected{};
  std::set<LocalDay> days;
  for (LocalDay day = (*span)->first; day <= (*span)->last; day = day.plus(1)) days.insert(day);
  return spread(days, engine, **span, days_back);
}

Result<Affected> affect(store::Reader& reader, const rules::Engine& engine, const registry::Comparison& comparison,
                        const Zone& zone, std::int64_t days_back) {
  if (comparison.everything()) return affect_recent(reader, engine, zone, days_back);
  auto span = stored_span(reader, zone);
  if (!span) return std::move(span).error();
  if (!*span || comparison.files().empty()) return Affected{};
  Touched touched(reader, comparison, zone);
  const Status seen = reader.each_outline([&](const store::EventOutline& event) { touched.see(event); });
  if (!seen) return seen.error();
  touched.see_days(**span);
  return spread(touched.days(), engine, **span, days_back);
}

void keep_before(Affected& affected, LocalDay first) {
  const auto kept = affected.plan.lower_bound(first);
  if (kept == affected.plan.begin()) return;
  affected.plan.erase(affected.plan.begin(), kept);
  if (!affected.kept_before || *affected.kept_before < first) affected.kept_before = first;
  affected.from_the_first_day = false;
}

}  // namespace trailwatch::app
