#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "registry/keys.h"
#include "registry/number_series.h"
#include "registry/reference_rows.h"
#include "trailwatch/registry/snapshot.h"

namespace trailwatch::registry {

// cases.csv. A number may stand in several rows: of offices that count alike, or with one handler each.
class CaseRegister {
 public:
  void read(ReferenceRows& rows);
  // `officer` is the row of the staff file that holds on that day, if any.
  CaseAnswer ask(CaseQuestion question, const Officer* officer, int grace_days) const;

  // May some answer about this number on that day be another one than by `other`, wherever the officer works in one of
  // these agencies? Says yes too often, never no too often.
  bool may_differ(const CaseRegister& other, std::string_view number, const std::vector<std::string_view>& agencies,
                  LocalDay day) const;

 private:
  CaseMatch without_record(const CaseQuestion& question, const Officer* officer) const;

  ByKey<std::vector<Case>> cases_;
  NumberSeries series_;
  ByKey<bool> agencies_;  // whose cases are kept here
};

// Does it read like the number of a case or a document, whoever counts it? Forms differ by office, so little is asked:
// some digits, not all alike nor simply counting up, and no more text than a number has. `number` is a key.
bool reads_like_a_number(std::string_view number);

}  // namespace trailwatch::registry
