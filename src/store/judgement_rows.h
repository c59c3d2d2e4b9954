#pragma once

#include <map>
#include <string>
#include <vector>

#include "store/sqlite.h"
#include "trailwatch/model/alert.h"

// Findings and alerts as rows.
namespace trailwatch::store {

extern const char* const kFindingColumns;
model::Finding read_finding(const Statement& row);
std::string numbers_to_json(const std::map<std::string, double>& numbers);

extern const char* const kAlertColumns;
model::Alert read_alert(const Statement& row);
extern const char* const kAlertHeadColumns;
model::AlertHead read_alert_head(const Statement& row);
std::string contributions_to_json(const std::vector<model::Contribution>& contributions);

}  // namespace trailwatch::store
