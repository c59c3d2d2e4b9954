#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "trailwatch/rules/engine.h"
#include "trailwatch/store/reader.h"

namespace trailwatch::app {

// What a baseline asks of the past, answered from the store. All references must outlive it.
class StoreHistory : public rules::History {
 public:
  StoreHistory(store::Reader& reader, const rules::Engine& engine, const Zone& zone)
      : reader_(reader), engine_(engine), zone_(zone) {}

  std::vector<rules::DayCount> counts(std::string_view tally, LocalDay from, LocalDay until) const override;
  // Matches of rules that only feed a correlation are not kept: they are most events. The officer's day is read again
  // instead, or that of everybody in the unit.
  std::vector<rules::Match> matches(rules::RuleIndex rule, const model::Key& key, LocalDay day) const override;

  // What went wrong while the engine was asking, if anything.
  const std::optional<Error>& failure() const { return failure_; }

 private:
  void add_matches(rules::RuleIndex rule, const std::string& officer, const model::Key& key, LocalDay day,
                   std::vector<rules::Match>& out) const;
  void remember(Error error) const {
    if (!failure_) failure_ = std::move(error);
  }

  store::Reader& reader_;
  const rules::Engine& engine_;
  const Zone zone_;
  mutable std::optional<Error> failure_;
};

}  // namespace trailwatch::app
