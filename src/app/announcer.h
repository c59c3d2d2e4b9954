#pragma once

#include <map>
#include <optional>
#include <string>

#include "app/judge.h"
#include "app/workplace.h"

namespace trailwatch::app {

// Tells of the gravest alerts at once: queues their messages in the transaction in which they come to be.
//
// An alert is told once to each channel, when it first reaches a route's severity, its system and its unit; only for
// days that are still fresh, so that reading last month's files sends nothing. What is suppressed or decided already is
// not told. Thread rule: the writer's thread.
class Announcer : public AlertListener {
 public:
  // `today`: instead of what the clock says (tests, demonstration). References must outlive it.
  Announcer(const Machine& machine, const Workplace& workplace, store::Writer& writer, std::optional<LocalDay> today)
      : machine_(machine), workplace_(workplace), writer_(writer), today_(today) {}

  void composed(const model::Alert& alert) override;
  Status before_commit() override;
  void forget() override { seen_.clear(); }

 private:
  using Wanted = std::pair<const config::Route*, const config::Channel*>;
  Result<std::vector<Wanted>> wanted(const model::Alert& alert);
  Result<bool> fits(const config::Route& route, const model::Alert& alert);
  Status tell(const model::Alert& alert, const std::vector<Wanted>& wanted);
  Result<bool> has_room(const config::Channel& channel, Instant now);

  const Machine& machine_;
  const Workplace& workplace_;
  store::Writer& writer_;
  std::optional<LocalDay> today_;
  std::map<std::string, model::Alert> seen_;  // by id
};

// Agency and unit that an alert belongs to: those of the officer, or of the key.
std::pair<std::string, std::string> place_of(const Workplace& workplace, const model::Alert& alert);
// Whether a route's list names this unit: by `agency/unit`, `agency`, or the unit alone. An empty list names all.
bool names_unit(const std::vector<std::string>& units, const std::string& agency, const std::string& unit);

}  // namespace trailwatch::app
