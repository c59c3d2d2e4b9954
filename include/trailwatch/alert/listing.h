#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "trailwatch/alert/budget.h"
#include "trailwatch/alert/compose.h"
#include "trailwatch/alert/precision.h"
#include "trailwatch/model/alert.h"
#include "trailwatch/model/decision.h"

namespace trailwatch::alert {

// A rule's own `x-suppress`: after a finding, further ones of the same group (or key) within `days` are not listed.
struct Repeat {
  std::string rule;
  std::int32_t days = 1;  // counted from the listed finding's day, that day included
  bool by_group = true;   // false: by the finding's key
};

// Turns findings and stored alerts into what is listed, as of a cut of the ledger. Pure: the same ledger, findings and
// options give the same list, whenever it is made. Findings and evidence are never changed here.
//
// What a decision changes: the state of its alert; the weight of the rules in alerts of *later* days (so that working
// through a day never reorders that day, and no alert's score depends on its own decision); with a suppression, what of
// later days counts.
class Listing {
 public:
  Listing(model::Ledger ledger, RuleNotes notes, Budget budget);
  Listing(Listing&&) = default;  // never copied: `standing_` points into `ledger_`

  // All findings of one rule that has `x-suppress`, up to the last day that will be listed.
  void add_repeats(const Repeat& repeat, const std::vector<model::Finding>& findings);

  // False when every stored alert of that day stands as it is: `day` may then be called without findings.
  bool needs_findings(LocalDay day) const;

  // The day's alerts, best first, with all that the end of model::Alert names but `case_id`. `alerts` as they are
  // stored, `findings` all of that day, `is_watched` for that day, `seed` of the day's draw (vault::Vault::draw_seed).
  std::vector<model::Alert> day(LocalDay day, std::vector<model::Alert> alerts,
                                const std::vector<model::Finding>& findings,
                                const std::function<bool(const model::Key&)>& is_watched, std::string_view seed) const;

  const model::Ledger& ledger() const { return ledger_; }

 private:
  using Findings = std::vector<const model::Finding*>;
  std::map<std::string, double> weights(LocalDay day) const;
  void count(model::Alert& alert, const Findings& findings, const std::map<std::string, double>& weights) const;
  // Why the finding does not count; nothing when it does.
  std::optional<model::Suppressed> suppressed(const model::Finding& finding) const;
  void decide(model::Alert& alert) const;

  model::Ledger ledger_;
  RuleNotes notes_;
  Budget budget_;
  std::map<std::string, const model::Decision*> standing_;
  std::map<std::string, Repeat> repeats_;  // by rule
  // Findings that repeat an earlier one: rule, day, key, group.
  std::set<std::tuple<std::string, LocalDay, model::Key, std::string>> repeated_;
};

}  // namespace trailwatch::alert
