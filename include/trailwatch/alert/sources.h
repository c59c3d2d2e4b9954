#pragma once

#include <map>
#include <string>
#include <vector>

#include "trailwatch/model/finding.h"

namespace trailwatch::alert {

// Findings about a source itself: what its records say of its own completeness. Rule name → Chinese title.
const std::map<std::string, std::string>& source_titles();

// The same sequence number with other content. Joins that file's finding of the day if there is one in `findings`.
void add_conflict(std::vector<model::Finding>& findings, const std::string& file, LocalDay day, Instant time,
                  model::EventId event);
// The trailer names another number of records than the file holds.
void add_trailer_fault(std::vector<model::Finding>& findings, const std::string& file, LocalDay day, Instant time,
                       std::int64_t declared, std::int64_t rows);

// Sequence numbers that never came, before `event`.
void add_hole(std::vector<model::Finding>& findings, const std::string& file, LocalDay day, Instant time,
              model::EventId event, std::int64_t first, std::int64_t last);

}  // namespace trailwatch::alert
