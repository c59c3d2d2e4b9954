#pragma once

#include <map>
#include <string>
#include <vector>

#include "trailwatch/model/finding.h"
#include "trailwatch/model/loss.h"

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

// What is known to be wrong with the way of a live source: so many times, so many records (0: nobody knows). Several of
// one stream and day join into one finding.
void add_loss(std::vector<model::Finding>& findings, const std::string& stream, LocalDay day, Instant first,
              Instant last, model::LossKind kind, std::int64_t times, std::int64_t records);
// `UDP 資料包遭系統丟棄 12 筆`
std::string loss_text(model::LossKind kind, std::int64_t times, std::int64_t records);

}  // namespace trailwatch::alert
