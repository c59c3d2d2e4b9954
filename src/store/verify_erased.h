#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "store/sqlite.h"
#include "trailwatch/store/evidence.h"

namespace trailwatch::store {

// Whether what is not there any more was erased as it must be: with a leaf of kind purge about the secret, and one
// about each lot of rows. Anything else that is missing is a fault.
class ErasedCheck {
 public:
  // The record of a leaf of kind purge, in order of the leaves.
  void purged(std::string_view record);
  // A row that is there stands on this shelf.
  void kept(vault::Month secret) { classes_.insert(vault::class_of(secret)); }
  // A row that can't be hashed any more, since its secret is gone or since it was taken away with its shelf.
  void erased(vault::Month secret) { ++rows_[secret]; }

  // How many of those rows are accounted for goes to `accepted`.
  std::vector<Fault> finish(Database& database, std::int64_t& accepted) const;

 private:
  void check_shelves(Database& database, std::vector<Fault>& out) const;
  void check_secrets(Database& database, std::vector<Fault>& out) const;
  void check_lots(Database& database, std::vector<Fault>& out) const;

  std::map<vault::Month, std::int64_t> rows_;
  struct Erased {
    std::string system;
    bool is_emptied = false;
  };
  std::set<std::int64_t> classes_;            // of rows that are there
  std::map<vault::Month, Erased> secrets_;    // that a leaf says were destroyed
  std::map<std::int64_t, std::string> lots_;  // SHA-256 by number of the lot
};

}  // namespace trailwatch::store
