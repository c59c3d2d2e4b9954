#pragma once

#include <cstdint>
#include <string>

#include "trailwatch/model/decision.h"
#include "trailwatch/model/hold.h"
#include "trailwatch/model/sampling.h"
#include "trailwatch/model/unmask.h"

namespace trailwatch::store {

// What the leaf about an entry of the ledger says: a JSON object, members in the order of their names, kept sealed
// because reasons are free text about persons. `number` is the entry's.
std::string ledger_record(const model::Decision& decision, std::int64_t number);
std::string ledger_record(const model::Suppression& suppression, std::int64_t number);
std::string ledger_record(const model::SamplingAnswer& answer, std::int64_t number);
std::string ledger_record(const model::Hold& hold, std::int64_t number);
std::string lift_record(const model::Entry& entry, std::int64_t hold, std::int64_t number);
std::string ledger_record(const model::Unmasking& step, std::int64_t number);
// `suppression` is the entry of the one that ends.
std::string ledger_record(const model::SuppressionEnd& end, std::int64_t suppression, std::int64_t number);

}  // namespace trailwatch::store
