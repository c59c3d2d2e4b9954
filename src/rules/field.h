#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trailwatch::rules {

// What a rule may ask of an event. The order is that of the table in field.cpp.
enum class Field : std::uint8_t {
  time,
  system,
  channel,
  agency,
  unit,
  officer,
  account,
  terminal,
  action,
  lookup_by,
  subject_kind,
  subject,
  subject_name,
  officer_name,
  reason_code,
  reason,
  case_no,
  approver,
  rows,
  duty_state,
  duty_minutes_outside,
  officer_role,
  officer_status,
  officer_watched,
  reason_quality,
  reason_needs_case,
  reason_needs_approver,
  reason_length,
  officer_privileged,
  officer_system_allowed,
  account_owner,
  terminal_unit,
  approver_match,
  subject_relation,
  subject_protected,
  subject_protected_because,
  case_match,
  case_days_closed,
  case_kind,
  local_day,
  officer_days_in_post,
  explanation,
  explained_by,
  doubt,
};

//   text    free text; empty means not given
//   number  an integer, or not given
//   time    the moment of the look-up
//   word    one of a few fixed words, so that a misspelt one is an error instead of a rule that never fires
enum class FieldKind : std::uint8_t { text, number, time, word };

struct FieldInfo {
  std::string_view name;
  FieldKind kind;
  bool derived;            // computed from the registry or from other fields, not part of the event
  std::string_view words;  // of a `word`, separated by commas
  // Those of the words that say that there is nothing: `exists` is false then.
  std::string_view words_for_nothing = "unknown,none";
};

const FieldInfo& info(Field field);
std::optional<Field> find_field(std::string_view name);
// Names of all fields, in the order of the enumeration.
const std::vector<std::string>& field_names();
// Fields that a keyword search looks into.
const std::vector<Field>& keyword_fields();

}  // namespace trailwatch::rules
