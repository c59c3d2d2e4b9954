#include "trailwatch/alert/listing.h"

#include <algorithm>
#include <iterator>

#include "trailwatch/alert/compose.h"

namespace trailwatch::alert {

namespace {

std::int64_t count_missing(const std::vector<model::EventId>& from, const std::vector<model::EventId>& in) {
  std::vector<model::EventId> missing;
  std::set_difference(from.begin(), from.end(), in.begin(), in.end(), std::back_inserter(missing));
  return static_cast<std::int64_t>(missing.size());
}

bool is_same_reason(const model::Suppressed& a, const model::Suppressed& b) {
  return a.rule == b.rule && a.entry == b.entry;
}

}  // namespace

Listing::Listing(model::Ledger ledger, RuleNotes notes, Budget budget)
    : ledger_(std::move(ledger)), notes_(std::move(notes)), budget_(budget), standing_(standing(ledger_.decisions)) {}

void Listing::add_repeats(const Repeat& repeat, const std::vector<model::Finding>& findings) {
  repeats_.insert_or_assign(repeat.rule, repeat);
  std::map<std::tuple<LocalDay, model::Key, std::string>, const model::Finding*> in_order;
  for (const model::Finding& finding : findings) in_order[{finding.day, finding.key, finding.group}] = &finding;
  // The day of the finding that was listed last, by key and group.
  std::map<std::pair<model::Key, std::string>, LocalDay> listed;
  for (const auto& [place, finding] : in_order) {
    const auto [known, is_first] =
        listed.try_emplace({finding->key, repeat.by_group ? finding->group : ""}, finding->day);
    if (is_first || known->second == finding->day) continue;
    if (finding->day < known->second.plus(repeat.days)) {
      repeated_.insert({repeat.rule, finding->day, finding->key, finding->group});
    } else {
      known->second = finding->day;
    }
  }
}

std::map<std::string, double> Listing::weights(LocalDay day) const {
  std::map<std::string, double> out;
  for (const auto& [rule, verdicts] : count_verdicts(standing_, day)) out[rule] = weight(verdicts);
  return out;
}

bool Listing::needs_findings(LocalDay day) const {
  if (!repeats_.empty()) return true;
  const auto holds = [&](const model::Suppression& suppression) { return suppression.holds_on(day); };
  if (std::any_of(ledger_.suppressions.begin(), ledger_.suppressions.end(), holds)) return true;
  const auto by_rule = weights(day);
  return std::any_of(by_rule.begin(), by_rule.end(), [](const auto& rule) { return rule.second != 1; });
}

std::optional<model::Suppressed> Listing::suppressed(const model::Finding& finding) const {
  const auto note = notes_.find(finding.rule);
  model::Suppressed out;
  out.rule = finding.rule;
  out.title = note == notes_.end() ? finding.rule : note->second.title;
  out.findings = 1;
  // Of several that hold, the one that holds longest says why.
  const model::Suppression* longest = nullptr;
  for (const model::Suppression& one : ledger_.suppressions) {
    if (one.rule != finding.rule || one.key != finding.key || !one.holds_on(finding.day)) continue;
    if (!one.group.empty() && one.group != finding.group) continue;
    if (longest == nullptr || longest->until < one.until) longest = &one;
  }
  if (longest != nullptr) {
    out.entry = longest->entry.number;
    out.until = longest->until;
    out.by = longest->entry.by;
    out.reason = longest->entry.reason;
    return out;
  }
  if (repeated_.count({finding.rule, finding.day, finding.key, finding.group}) == 0) return std::nullopt;
  return out;
}

// What counts of the alert, anew: its findings without those that are suppressed, each by its rule's weight.
void Listing::count(model::Alert& alert, const Findings& findings, const std::map<std::string, double>& weights) const {
  std::vector<model::Finding> counted;
  for (const model::Finding* finding : findings) {
    if (auto why = suppressed(*finding)) {
      const auto known = std::find_if(alert.suppressed.begin(), alert.suppressed.end(),
                                      [&](const model::Suppressed& one) { return is_same_reason(one, *why); });
      if (known != alert.suppressed.end()) {
        ++known->findings;
      } else {
        alert.suppressed.push_back(*std::move(why));
      }
      continue;
    }
    counted.push_back(*finding);
    const auto found = weights.find(finding->rule);
    if (found != weights.end()) counted.back().points *= found->second;
  }
  std::sort(alert.suppressed.begin(), alert.suppressed.end(),
            [](const auto& a, const auto& b) { return a.rule != b.rule ? a.rule < b.rule : a.entry < b.entry; });
  if (findings.empty()) return;  // what the store says of the alert is all there is
  if (const auto composed = compose(alert.key, alert.day, counted, notes_)) {
    alert.score = composed->score;
    alert.severity = composed->severity;
    alert.contributions = composed->contributions;
    alert.why = composed->why;
  } else {
    // Its sentence stays, to say what it was about.
    alert.score = 0;
    alert.severity = model::Severity::low;
    alert.contributions.clear();
  }
}

void Listing::decide(model::Alert& alert) const {
  const auto found = standing_.find(alert.id);
  if (found == standing_.end()) return;
  const model::Decision& decision = *found->second;
  alert.status = model::to_text(decision.verdict);
  alert.decision = decision;
  if (decision.verdict == model::Verdict::open) return;
  alert.added = count_missing(alert.evidence, decision.evidence);
  alert.removed = count_missing(decision.evidence, alert.evidence);
}

std::vector<model::Alert> Listing::day(LocalDay day, std::vector<model::Alert> alerts,
                                       const std::vector<model::Finding>& findings,
                                       const std::function<bool(const model::Key&)>& is_watched,
                                       std::string_view seed) const {
  const auto by_rule = weights(day);
  std::map<model::Key, Findings> by_key;
  for (const model::Finding& finding : findings) by_key[finding.key].push_back(&finding);
  for (model::Alert& alert : alerts) {
    alert.status = model::to_text(model::Verdict::open);
    alert.watched = is_watched(alert.key);
    count(alert, by_key[alert.key], by_rule);
    decide(alert);
  }
  choose(alerts, budget_, seed);
  sort_by_score(alerts);
  return alerts;
}

}  // namespace trailwatch::alert
