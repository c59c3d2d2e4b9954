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

 private:
  void add(Officer officer, ReferenceRows& rows, std::size_t row);
  void index();

  ByKey<std::vector<Officer>> rows_;  // by staff id; sorted by their first day, no two alike
  std::map<std::string, Officer, std::less<>> latest_;
  ByKey<std::vector<std::string>> accounts_;      // to staff ids
  ByKey<std::vector<std::string>> national_ids_;  // to staff ids
};

}  // namespace trailwatch::registry
