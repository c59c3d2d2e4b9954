#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/workplace.h"
#include "trailwatch/alert/listing.h"
#include "trailwatch/model/case.h"

namespace trailwatch::app {

// The alerts as people see them: with decisions, suppressions, rule weights, the day's budget and cases, all as of one
// cut of the ledger.
//
// `workplace` and `reader` must outlive it.
class AlertDesk {
 public:
  // `cut`: the ledger up to that entry; everything when there is none. `until`: the last day that will be asked for.
  static Result<AlertDesk> open(const Workplace& workplace, store::Reader& reader, std::optional<std::int64_t> cut,
                                LocalDay until);

  // Days inclusive; best first by score. Cases are those that the days up to `until` show, without later ones.
  Result<std::vector<model::Alert>> alerts(LocalDay since, LocalDay until);
  // Cases that have an alert in these days, best first. What comes after `until` does not show.
  Result<std::vector<model::Case>> cases(LocalDay since, LocalDay until);
  // One case by its id, as `alerts` saw it last; nothing for an empty one.
  const model::Case* find_case(const std::string& id) const;

  const model::Ledger& ledger() const { return listing_.ledger(); }

 private:
  AlertDesk(const Workplace& workplace, store::Reader& reader, alert::Listing listing)
      : workplace_(workplace), reader_(reader), listing_(std::move(listing)) {}
  Status add_cases(std::vector<model::Alert>& alerts, LocalDay until);
  std::vector<model::Case> join(std::vector<model::AlertHead> heads, LocalDay until) const;
  bool is_watched(const model::Key& key, LocalDay day) const;

  const Workplace& workplace_;
  store::Reader& reader_;
  alert::Listing listing_;
  std::map<std::string, model::Case> cases_;
};

// Titles of all rules, those about sources included.
alert::RuleNotes all_notes(const Workplace& workplace);
std::map<std::string, std::string> all_titles(const Workplace& workplace);

// For people: `王○明 H10431 登記一課`; a unit's or source's name as it is, a subject's token.
std::string shown_whom(const Workplace& workplace, const model::Key& key);

// In a terminal: a Chinese character takes two columns.
std::string padded(std::string text, std::size_t width);

}  // namespace trailwatch::app
