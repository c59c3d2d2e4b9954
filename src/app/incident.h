#pragma once

#include <string>
#include <vector>

#include "app/workplace.h"
#include "trailwatch/report/incident.h"

namespace trailwatch::app {

// Which look-ups an incident is about.
struct IncidentScope {
  std::string about;                   // for people
  std::string whom;                    // masked
  std::vector<model::EventId> events;  // each once
};

// Counts and lists whose data they show. Decrypts the events and masks them; subjects are told apart by their tokens.
// `clock`, `by` and `made` are for the caller.
Result<report::Incident> gather_incident(const Workplace& workplace, store::Reader& reader, const IncidentScope& scope);

// The clock of the notice, by the period in the words file (72 hours without one).
report::NoticeClock notice_clock(const Workplace& workplace, LocalTime known_at, Instant now);

// `2026-03-05T14:30` or `2026-03-05 14:30`: local time; nothing for anything else.
std::optional<LocalTime> parse_local_minute(const std::string& text);

}  // namespace trailwatch::app
