#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trailwatch/model/event.h"

namespace trailwatch::normalise {

// The fields of the canonical event that a profile fills. `time` stands apart: it is always filled.
enum class Field : std::uint8_t {
  system,
  channel,
  agency,
  unit,
  officer,
  account,
  officer_name,
  terminal,
  action,
  lookup_by,
  subject_kind,
  subject,
  subject_name,
  reason_code,
  reason,
  case_no,
  approver,
  rows
};

std::optional<Field> find_field(std::string_view name);
// In the order of the enumeration.
const std::vector<std::string>& field_names();
std::string_view to_text(Field field);
// As people call it: `查詢人員代號`
std::string_view to_chinese(Field field);
// Where a text field lies in the event; null for lookup_by, subject_kind and rows.
std::string model::QueryEvent::* member(Field field);

}  // namespace trailwatch::normalise
