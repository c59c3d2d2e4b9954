#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/correlations.h"
#include "trailwatch/rules/engine.h"
#include "trailwatch/store/reader.h"

namespace trailwatch::app {

// What baselines ask of the past, answered from the store. Reading may fail, which `rules` need not know about: ask for
// `failure` afterwards.
//
// Thread rule: the reader's thread. All references must outlive it.
class StoreHistory : public rules::History {
 public:
  // Numbers are the store's tallies.
  StoreHistory(store::Reader& reader, const rules::Engine& engine, const Zone& zone);
  // Numbers are these: of rules that the store's tallies were not made with.
  StoreHistory(store::Reader& reader, const rules::Engine& engine, const Zone& zone, DayTallies tallies);

  std::vector<rules::DayCount> counts(std::string_view tally, LocalDay from, LocalDay until) const override;
  // Matches of rules that only feed a correlation are not kept: they are most events. The officer's day is read again
  // instead, or that of everybody in the unit.
  std::vector<rules::Match> matches(rules::RuleIndex rule, const model::Key& key, LocalDay day) const override;

  // What went wrong while the engine was asking, if anything.
  const std::optional<Error>& failure() const { return failure_; }

 private:
  void add_matches(rules::RuleIndex rule, const std::string& officer, const model::Key& key, LocalDay day,
                   std::vector<rules::Match>& out) const;
  void remember(Error error) const;

  store::Reader& reader_;
  const rules::Engine& engine_;
  const Zone& zone_;
  std::optional<std::map<std::string, std::vector<rules::DayCount>, std::less<>>> given_;  // by name, ascending by day
  mutable std::optional<Error> failure_;
};

}  // namespace trailwatch::app
