#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "trailwatch/base/time.h"
#include "trailwatch/model/event.h"
#include "trailwatch/registry/snapshot.h"

namespace trailwatch::registry {

// A subject that one of two snapshots may judge differently. Personal: only in memory, only to find its token.
struct ListedSubject {
  model::SubjectKind kind = model::SubjectKind::none;
  std::string value;  // as compared: folded, upper case, without blanks
  auto operator<=>(const ListedSubject&) const = default;
};

// What of an event the reference files are asked about. Views live as long as the caller likes.
struct Glance {
  Instant time;
  LocalDay day;
  std::string_view officer, approver, account, terminal, agency, unit, system, channel, reason_code, case_no;
  const ListedSubject* subject = nullptr;  // when it is one of `Comparison::subjects`
};

// Which days can come out differently by another version of the reference files?
//
// Nothing is derived from rows: both snapshots are asked, event by event, whatever a rule could ask of them, so that
// what one row does to others (who is a shift worker, how far the roster goes, which numbers a series has) can't be
// forgotten. Where the two agree on everything, no rule can see a difference. Only what a changed file answers is
// asked. Both snapshots have the same zone. Immutable; one thread at a time.
class Comparison {
 public:
  Comparison(Snapshot before, Snapshot after);
  ~Comparison();
  Comparison(Comparison&&) noexcept;

  // Names of the files that differ, sorted. Empty: the two are the same.
  const std::vector<std::string>& files() const;
  // A file came or went, and rules with it, or the hours changed: nothing smaller than everything can be said.
  bool everything() const;

  // Subjects whose relation or protection may differ. Sorted.
  const std::vector<ListedSubject>& subjects() const;
  bool touches(const Glance& glance) const;

  // Days themselves that differ for everybody: those of the calendar. Ascending.
  const std::vector<LocalDay>& days() const;
  // Officers of whom a day may differ even when they looked nothing up on it, sorted: their post places them among
  // peers, and their leave excuses a silence.
  const std::vector<std::string>& officers() const;
  bool touches_day(std::string_view officer, LocalDay day) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace trailwatch::registry
