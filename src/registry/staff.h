#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registry/keys.h"
#include "registry/reference_rows.h"
#include "trailwatch/registry/snapshot.h"

namespace trailwatch::registry {

// Who worked where, and when: staff.csv, several rows an officer when there were transfers.
class Staff {
 public:
  void read(ReferenceRows& rows);

  // The latest row of everybody.
  const std::map<std::string, Officer, std::less<>>& latest() const { return latest_; }
  const Officer* on(std::string_view id, LocalDay day) const;
  StaffStatus status(std::string_view id, LocalDay day) const;
  Owner owner_of(std::string_view account, std::string_view officer) const;
  Relation relation(std::string_view officer, std::string_view subject, LocalDay day) const;

  // Officers who do not have the same rows, sorted.
  std::vector<std::string> changed_officers(const Staff& other) const;
  // National ids that do not name the same officers, or name one of these; sorted. All of them when only one of the
  // two has any at all.
  std::vector<std::string> changed_national_ids(const Staff& other, const std::vector<std::string>& changed) const;
  bool has_national_ids() const { return !national_ids_.empty(); }

 private:
  void add(Officer officer, ReferenceRows& rows, std::size_t row);
  void index();

  ByKey<std::vector<Officer>> rows_;  // by staff id; sorted by their first day, no two alike
  std::map<std::string, Officer, std::less<>> latest_;
  ByKey<std::vector<std::string>> accounts_;      // to staff ids
  ByKey<std::vector<std::string>> national_ids_;  // to staff ids
};

}  // namespace trailwatch::registry
