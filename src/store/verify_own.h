#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "store/connection.h"
#include "trailwatch/store/evidence.h"

namespace trailwatch::store {

// Tables whose rows stand beside the sealed record of the same thing: what people decided and answered (`ledger` and
// the tables behind it), what was exported, which reports were issued. A row says what its record says, every record
// has its row, and every row its record. Fed by the walk over the leaves.
class OwnCheck {
 public:
  // An own record that is what was sealed; `refers` is its row's. In the order of the tree.
  void take(const StoredLeaf& leaf, std::int64_t refers);
  // An own record whose month was erased: its row, where it is left, is not held against anything.
  void erased(const StoredLeaf& leaf, std::int64_t refers);
  // The first leaf of the tree. Where that is a look-up, the store is older than its tree, and what was written before
  // there were leaves can't be vouched for.
  void begins_with(seal::LeafKind kind);

  std::vector<Fault> finish(Connection& connection) const;
  // Files of rules, configuration and reference data that were changed and later put back.
  std::vector<Fault> put_back() const;

 private:
  struct Sealed {
    std::int64_t index = 0;
    std::string record;
  };
  using ByNumber = std::map<std::int64_t, Sealed>;
  struct Version {
    std::int64_t index = 0;
    Instant at;
    std::string record;
  };

  void ledger(Connection& connection, std::vector<Fault>& out) const;
  void exports(Connection& connection, std::vector<Fault>& out) const;
  void reports(Connection& connection, std::vector<Fault>& out) const;
  bool is_older(const ByNumber& sealed, std::int64_t number) const;

  ByNumber ledger_, exports_;
  std::set<std::int64_t> erased_entries_, erased_exports_;
  bool has_erased_reports_ = false;
  std::map<std::string, Sealed> reports_;  // by day
  std::map<std::string, std::vector<Version>> versions_;
  bool is_older_than_tree_ = false;
  bool has_purges_ = false;  // something was erased, and the tree says so
};

// Says where times of receipt go back: the machine's clock was set back, or a record is made to look older than it is.
// No fault, since clocks are set back for honest reasons too; somebody should know which it was.
class ClockCheck {
 public:
  void take(const StoredLeaf& leaf);
  const std::vector<Fault>& steps() const { return steps_; }
  std::int64_t steps_in_all() const { return in_all_; }

 private:
  bool has_last_ = false;
  Instant last_;
  std::vector<Fault> steps_;
  std::int64_t in_all_ = 0;
};

}  // namespace trailwatch::store
