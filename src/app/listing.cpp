#include "app/listing.h"

#include <algorithm>
#include <set>

#include "trailwatch/alert/cases.h"
#include "trailwatch/alert/sources.h"
#include "trailwatch/base/text.h"
#include "trailwatch/vault/mask.h"

namespace trailwatch::app {

namespace {

// From so many officers on, one look at the whole table costs less than a question for each.
constexpr std::size_t kKeysAskedFor = 200;

}  // namespace

Result<AlertDesk> AlertDesk::open(const Workplace& workplace, store::Reader& reader, std::optional<std::int64_t> cut,
                                  LocalDay until) {
  Result<model::Ledger> ledger = reader.ledger(cut);
  if (!ledger) return std::move(ledger).error();
  if (cut && *cut > ledger->last) {
    return Error{Errc::not_found,
                 "the ledger of decisions has no entry " + std::to_string(*cut),
                 "its last one is " + std::to_string(ledger->last),
                 {}};
  }
  const config::Config& config = workplace.config;
  alert::Listing listing(*std::move(ledger), all_notes(workplace),
                         {config.budget, config.random_share, config.threshold, config.threshold_watched});
  for (const rules::RuleInfo& rule : workplace.rules.rules()) {
    if (!rule.suppress || !rule.alerts) continue;
    Result<std::vector<model::Finding>> findings = reader.findings_of_rule(rule.name, until);
    if (!findings) return std::move(findings).error();
    listing.add_repeats({rule.name, rule.suppress->days, rule.suppress->by_group}, *findings);
  }
  return AlertDesk(workplace, reader, std::move(listing));
}

bool AlertDesk::is_watched(const model::Key& key, LocalDay day) const {
  return key.about == model::About::officer && workplace_.registry.watched(key.name, day);
}

Result<std::vector<model::Alert>> AlertDesk::alerts(LocalDay since, LocalDay until) {
  Result<std::vector<model::Alert>> stored = reader_.alerts(since, until);
  if (!stored) return std::move(stored).error();
  std::map<LocalDay, std::vector<model::Alert>> by_day;
  for (model::Alert& alert : *stored) by_day[alert.day].push_back(std::move(alert));
  std::vector<model::Alert> out;
  for (auto& [day, alerts] : by_day) {
    std::vector<model::Finding> findings;
    if (listing_.needs_findings(day)) {
      Result<std::vector<model::Finding>> found = reader_.findings(day);
      if (!found) return std::move(found).error();
      findings = *std::move(found);
    }
    const auto watched = [&, on = day](const model::Key& key) { return is_watched(key, on); };
    std::vector<model::Alert> listed = listing_.day(day, std::move(alerts), findings, watched, reader_.draw_seed(day));
    std::move(listed.begin(), listed.end(), std::back_inserter(out));
  }
  alert::sort_by_score(out);
  if (Status done = add_cases(out, until); !done) return std::move(done).error();
  return out;
}

// Alerts that reach the threshold on what the rules say alone: what belongs together does not change with decisions.
std::vector<model::Case> AlertDesk::join(std::vector<model::AlertHead> heads, LocalDay until) const {
  const config::Config& config = workplace_.config;
  const auto is_below = [&](const model::AlertHead& head) {
    return head.day > until ||
           head.score < (is_watched(head.key, head.day) ? config.threshold_watched : config.threshold);
  };
  heads.erase(std::remove_if(heads.begin(), heads.end(), is_below), heads.end());
  return alert::join_cases(std::move(heads),
                           [&](LocalDay day) { return workplace_.registry.works(day).value_or(weekday(day) < 6); });
}

Status AlertDesk::add_cases(std::vector<model::Alert>& alerts, LocalDay until) {
  std::set<model::Key> keys;
  for (const model::Alert& alert : alerts) keys.insert(alert.key);
  std::vector<model::AlertHead> heads;
  if (keys.size() > kKeysAskedFor) {
    Result<std::vector<model::AlertHead>> all = reader_.alert_heads(std::nullopt);
    if (!all) return std::move(all).error();
    heads = *std::move(all);
  } else {
    for (const model::Key& key : keys) {
      Result<std::vector<model::AlertHead>> some = reader_.alert_heads(key);
      if (!some) return std::move(some).error();
      heads.insert(heads.end(), some->begin(), some->end());
    }
  }
  std::map<std::string, std::string> case_of;
  for (model::Case& one : join(std::move(heads), until)) {
    for (const model::AlertHead& head : one.alerts) case_of[head.id] = one.id;
    cases_.insert_or_assign(one.id, std::move(one));
  }
  for (model::Alert& alert : alerts) {
    const auto found = case_of.find(alert.id);
    if (found != case_of.end()) alert.case_id = found->second;
  }
  return Done{};
}

Result<std::vector<model::Case>> AlertDesk::cases(LocalDay since, LocalDay until) {
  Result<std::vector<model::AlertHead>> heads = reader_.alert_heads(std::nullopt);
  if (!heads) return std::move(heads).error();
  std::vector<model::Case> out = join(*std::move(heads), until);
  out.erase(std::remove_if(out.begin(), out.end(), [&](const model::Case& one) { return one.last < since; }),
            out.end());
  std::sort(out.begin(), out.end(), [](const model::Case& a, const model::Case& b) {
    return a.score != b.score ? a.score > b.score : a.id < b.id;
  });
  return out;
}

const model::Case* AlertDesk::find_case(const std::string& id) const {
  const auto found = cases_.find(id);
  return found == cases_.end() ? nullptr : &found->second;
}

alert::RuleNotes all_notes(const Workplace& workplace) {
  alert::RuleNotes out;
  for (const rules::RuleInfo& rule : workplace.rules.rules()) out[rule.name] = {rule.title, rule.family};
  for (const auto& [rule, title] : alert::source_titles()) out[rule] = {title, "source"};
  return out;
}

std::map<std::string, std::string> all_titles(const Workplace& workplace) {
  std::map<std::string, std::string> out = workplace.rule_titles();
  for (const auto& [rule, title] : alert::source_titles()) out[rule] = title;
  return out;
}

std::string shown_whom(const Workplace& workplace, const model::Key& key) {
  const registry::Officer* officer =
      key.about == model::About::officer ? workplace.registry.officer(key.name) : nullptr;
  if (officer == nullptr) return for_display(key.name);
  return vault::mask_officer_name(officer->name) + " " + key.name + " " + officer->unit;
}

std::string padded(std::string text, std::size_t width) {
  std::size_t has = 0;
  for (std::size_t at = 0; at < text.size();) has += next_code_point(text, at) < 0x1100 ? 1 : 2;
  if (has < width) text.append(width - has, ' ');
  return text;
}

}  // namespace trailwatch::app
