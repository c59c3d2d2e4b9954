#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/workplace.h"
#include "trailwatch/report/daily.h"

namespace trailwatch::app {

// Look-ups as people see them in reports and exports. This is the one place where they are masked.

// Which findings hold which event, as titles of their rules, and only those that say something about the single event.
using Marks = std::map<model::EventId, std::vector<std::string>>;
Result<Marks> read_marks(const Workplace& workplace, store::Reader& reader, const model::Alert& alert);

report::EvidenceRow shown_lookup(const Workplace& workplace, const model::QueryEvent& event);

// How an event's subject is shown: masked id and masked name.
std::string shown_subject(const model::QueryEvent& event);
// Meaning of the code and the text that was typed.
std::string shown_reason(const Workplace& workplace, const model::QueryEvent& event);

// These events in order of time, then number.
Result<std::vector<store::StoredEvent>> events_in_order(store::Reader& reader, const std::vector<model::EventId>& ids);

// What an export is about: alerts by their ids, or all alerts of a case as it stands now, by day. Fails with
// Errc::not_found when one is not there. The alerts are as the list shows them, with what was decided.
struct Matter {
  std::vector<model::Alert> alerts;
  std::string case_id;                   // empty when alerts were named
  std::vector<model::EventId> events;    // of their evidence, ascending, each once
  std::vector<model::Decision> entries;  // every decision about them, earlier ones too
};
Result<Matter> find_matter(const Workplace& workplace, store::Reader& reader, const std::vector<std::string>& alerts,
                           const std::string& case_id);

}  // namespace trailwatch::app
