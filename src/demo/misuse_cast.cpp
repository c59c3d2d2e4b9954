#include <array>

#include "demo/identity.h"
#include "demo/misuse.h"

namespace trailwatch::demo {

namespace {

struct Part {
  Kind kind;
  bool is_blatant;
  Role role;
  bool on_last_day;  // the officer must have duty then
  std::string_view id;
  std::string_view name;
};
constexpr std::array<Part, 14> kParts = {{
    {Kind::off_hours_snoop, true, Role::household_clerk, false, "D01-blatant-1", "off_hours_snoop"},
    {Kind::off_hours_snoop, false, Role::land_registrar, false, "D01-normal-2", "off_hours_snoop"},
    {Kind::empty_reason, true, Role::land_clerk, false, "D02-blatant-1", "empty_reason"},
    {Kind::empty_reason, false, Role::traffic, false, "D02-normal-2", "empty_reason"},
    {Kind::loan_shark_list, true, Role::household_clerk, false, "D03-blatant-1", "loan_shark_list"},
    {Kind::loan_shark_list, false, Role::detective, false, "D03-normal-2", "loan_shark_list"},
    {Kind::stalking, true, Role::patrol, true, "D04-blatant-1", "stalking"},
    {Kind::stalking, false, Role::tax_clerk, false, "D04-normal-2", "stalking"},
    {Kind::borrowed_account, true, Role::patrol, false, "D05-blatant-1", "borrowed_account"},
    {Kind::borrowed_account, false, Role::household_clerk, false, "D05-normal-2", "borrowed_account"},
    {Kind::reason_recycling, true, Role::detective, true, "D06-blatant-1", "reason_recycling"},
    {Kind::reason_recycling, false, Role::patrol, false, "D06-normal-2", "reason_recycling"},
    {Kind::volume, true, Role::household_clerk, false, "D07-blatant-1", "volume"},
    {Kind::volume, false, Role::surveyor, false, "D07-normal-2", "volume"},
}};

constexpr std::size_t kProtectedPersons = 12;

}  // namespace

Misuse::Misuse(const Organisation& organisation, Duty& duty, CaseBook& cases, Work& work, Truth& truth,
               std::uint64_t seed, LocalDay until)
    : organisation_(organisation),
      duty_(duty),
      cases_(cases),
      work_(work),
      truth_(truth),
      seed_(seed),
      until_(until),
      casting_(seed, "casting") {
  for (std::size_t i = 0; i < kProtectedPersons; ++i) protected_.push_back(make_national_id(casting_));
  for (const Part& part : kParts) {
    std::vector<std::size_t> fitting;
    for (std::size_t officer = 0; officer < organisation_.officers.size(); ++officer) {
      const bool fits = organisation_.officers[officer].role == part.role && !cast_.contains(officer);
      const bool is_there = !part.on_last_day || !duty_.on_calendar_day(officer, until_).empty();
      if (fits && is_there && !organisation_.officers[officer].is_careless) fitting.push_back(officer);
    }
    if (fitting.empty()) continue;
    Act act;
    act.kind = part.kind;
    act.is_blatant = part.is_blatant;
    act.officer = casting_.pick(fitting);
    std::string who = organisation_.officers[act.officer].id;
    prepare(act, who);
    act.scenario = truth_.add(part.id, part.name, who);
    cast_.insert(act.officer);
    acts_.push_back(std::move(act));
  }
}

void Misuse::prepare(Act& act, std::string& who) {
  const Unit& unit = organisation_.unit_of(organisation_.officers[act.officer]);
  if (act.kind == Kind::stalking) {
    act.person = make_national_id(casting_);
    act.plate = make_plate(casting_);
    who += ";subject:" + act.person;
    if (act.is_blatant) who += ";subject:" + act.plate;
  } else if (act.kind == Kind::borrowed_account) {
    const LocalDay leave_begins = until_.plus(act.is_blatant ? -3 : -15);
    duty_.add_leave(Leave{act.officer, leave_begins, leave_begins.plus(act.is_blatant ? 4 : 6), "休假"});
    act.terminal = unit.terminals.back();
    // Blatant: from another station of the same precinct.
    for (const Unit& other : organisation_.units) {
      if (act.is_blatant && other.agency_number == unit.agency_number && other.plan.name != unit.plan.name) {
        act.terminal = other.terminals.front();
      }
    }
  } else if (act.kind == Kind::reason_recycling) {
    const LocalDay opened = until_.plus(act.is_blatant ? -24 : -18);
    const std::size_t place = cases_.open(act.officer, opened, act.is_blatant ? "詐欺" : "受理報案", 90);
    cases_.at(place).subjects.push_back(make_national_id(casting_));
    act.case_no = cases_.at(place).number;
  }
}

int Misuse::duty_days_back(std::size_t officer, LocalDay day) const {
  int count = 0;
  for (LocalDay later = until_; later > day; later = later.plus(-1)) {
    if (!duty_.on_calendar_day(officer, later).empty()) ++count;
  }
  return count;
}

}  // namespace trailwatch::demo
