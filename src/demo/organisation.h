#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "trailwatch/base/time.h"

namespace trailwatch::demo {

enum class Role : std::uint8_t {
  household_clerk,
  chief,
  welfare_clerk,
  farm_clerk,
  land_registrar,
  surveyor,
  land_clerk,
  land_archivist,
  tax_clerk,
  patrol,
  traffic,
  detective,
  record_clerk,
  system_administrator,
  inspector,
};
// 戶籍員, 警員 …
std::string_view title(Role role);
// As staff.csv has them: `police;vehicle`.
std::string_view systems(Role role);
// Works by a duty roster; everybody else keeps office hours.
bool works_in_shifts(Role role);

// One line of the county's plan, and what `organise` makes of it.
struct UnitPlan {
  std::string_view agency_code;  // `99001010`, `TP01`
  std::string_view agency;       // `青河市戶政事務所`
  std::string_view name;         // `登記一課`
  Role role;
  int headcount;
  std::string_view case_word;  // `青河戶字`
  char letter;                 // first letter of officer ids
};

struct Unit {
  UnitPlan plan;
  std::vector<std::string> terminals;
  std::vector<std::size_t> officers;
  std::size_t agency_number = 0;

  bool is_police() const { return plan.agency_code.substr(0, 2) == "TP"; }
  bool is_household_office() const { return plan.agency_code.substr(0, 5) == "99001"; }
  // The agency as its own logs write it: police and the environment bureau by code, civil offices by name.
  std::string_view agency_in_logs() const;
};

struct Officer {
  std::string id, name, account, national_id;
  std::size_t unit = 0;
  Role role = Role::patrol;
  std::size_t home_terminal = 0;
  std::string work_code;  // 工作代碼 of the household system
  int pace_percent = 100;
  bool is_careless = false;  // leaves reasons poor more often than others; no misuse
  std::string approver;      // officer id; empty when there is nobody to ask
  LocalDay since;
  std::optional<LocalDay> until;  // has left
};

struct Organisation {
  std::vector<Unit> units;
  std::vector<Officer> officers;  // in service
  std::vector<Officer> former;    // left before the trails begin

  const Unit& unit_of(const Officer& officer) const { return units[officer.unit]; }
};

// The offices of the imaginary 青河縣 with their people and terminals.
Organisation organise(std::uint64_t seed, int scale, LocalDay first_day);

}  // namespace trailwatch::demo
