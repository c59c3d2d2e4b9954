#include "demo/organisation.h"

#include <algorithm>
#include <array>
#include <set>

#include "demo/identity.h"
#include "demo/random.h"
#include "trailwatch/base/check.h"
#include "trailwatch/base/text.h"

namespace trailwatch::demo {

namespace {

struct RoleText {
  Role role;
  std::string_view title;
  std::string_view systems;
};
constexpr std::array<RoleText, 15> kRoles = {{
    {Role::household_clerk, "戶籍員", "household"},
    {Role::chief, "課長", "household"},
    {Role::welfare_clerk, "民政社會課員", "household;land"},
    {Role::farm_clerk, "農工財政課員", "land"},
    {Role::land_registrar, "登記審查員", "land"},
    {Role::surveyor, "測量員", "land"},
    {Role::land_clerk, "地政科員", "land"},
    {Role::land_archivist, "地籍倉庫管理員", "land"},
    {Role::tax_clerk, "稅務員", "household;land"},
    {Role::patrol, "警員", "police;vehicle"},
    {Role::traffic, "交通警員", "police;vehicle"},
    {Role::detective, "偵查佐", "police;vehicle"},
    {Role::record_clerk, "紀錄承辦", "police"},
    {Role::system_administrator, "系統管理員", "police;vehicle"},
    {Role::inspector, "環保稽查員", "vehicle"},
}};

// No such county, township or office exists. Units of one agency stand together.
constexpr std::array<UnitPlan, 37> kPlan = {{
    {"99001010", "青河市戶政事務所", "登記一課", Role::household_clerk, 8, "青河戶字", 'H'},
    {"99001010", "青河市戶政事務所", "登記二課", Role::household_clerk, 5, "青河戶字", 'H'},
    {"99001010", "青河市戶政事務所", "行政課", Role::chief, 1, "青河戶字", 'H'},
    {"99001020", "梅嶺鎮戶政事務所", "登記課", Role::household_clerk, 4, "梅嶺戶字", 'H'},
    {"99001020", "梅嶺鎮戶政事務所", "行政課", Role::chief, 1, "梅嶺戶字", 'H'},
    {"99001030", "望溪鄉戶政事務所", "登記課", Role::household_clerk, 3, "望溪戶字", 'H'},
    {"99001040", "松嶺鄉戶政事務所", "登記課", Role::household_clerk, 2, "松嶺戶字", 'H'},
    {"376990110", "青河市公所", "民政課", Role::welfare_clerk, 2, "青市民字", 'T'},
    {"376990110", "青河市公所", "社會課", Role::welfare_clerk, 2, "青市社字", 'T'},
    {"376990110", "青河市公所", "農業課", Role::farm_clerk, 1, "青市農字", 'T'},
    {"376990110", "青河市公所", "財政課", Role::farm_clerk, 1, "青市財字", 'T'},
    {"376990150", "石鼓鄉公所", "民政課", Role::welfare_clerk, 2, "石鄉民字", 'T'},
    {"376990150", "石鼓鄉公所", "農業課", Role::farm_clerk, 1, "石鄉農字", 'T'},
    {"376990210", "青河地政事務所", "登記課", Role::land_registrar, 6, "青登字", 'L'},
    {"376990210", "青河地政事務所", "測量課", Role::surveyor, 4, "青測字", 'L'},
    {"376990210", "青河地政事務所", "地價課", Role::land_clerk, 1, "青價字", 'L'},
    {"376990210", "青河地政事務所", "地籍資料庫", Role::land_archivist, 1, "青檔字", 'L'},
    {"376990220", "青河縣政府地政處", "地籍科", Role::land_clerk, 2, "府地籍字", 'L'},
    {"376990220", "青河縣政府地政處", "地權科", Role::land_clerk, 1, "府地權字", 'L'},
    {"376990230", "青河縣政府稅務局", "土地稅科", Role::tax_clerk, 3, "青稅土字", 'X'},
    {"376990230", "青河縣政府稅務局", "房屋稅科", Role::tax_clerk, 2, "青稅房字", 'X'},
    {"TP00", "青河縣警察局", "刑事警察大隊", Role::detective, 6, "青縣警刑字", 'A'},
    {"TP00", "青河縣警察局", "婦幼警察隊", Role::detective, 2, "青縣警婦字", 'A'},
    {"TP00", "青河縣警察局", "交通警察隊", Role::traffic, 4, "青縣警交字", 'A'},
    {"TP00", "青河縣警察局", "資訊科", Role::system_administrator, 1, "青縣警資字", 'A'},
    {"TP01", "青河分局", "青河分局偵查隊", Role::detective, 6, "青河偵字", 'A'},
    {"TP01", "青河分局", "青河分局交通組", Role::traffic, 3, "青河交字", 'A'},
    {"TP01", "青河分局", "青河分局行政組", Role::record_clerk, 1, "青河行字", 'A'},
    {"TP01", "青河分局", "青河派出所", Role::patrol, 8, "青河警字", 'A'},
    {"TP01", "青河分局", "河東派出所", Role::patrol, 7, "青河警字", 'A'},
    {"TP01", "青河分局", "望溪派出所", Role::patrol, 5, "青河警字", 'A'},
    {"TP02", "梅嶺分局", "梅嶺分局偵查隊", Role::detective, 5, "梅嶺偵字", 'A'},
    {"TP02", "梅嶺分局", "梅嶺分局交通組", Role::traffic, 2, "梅嶺交字", 'A'},
    {"TP02", "梅嶺分局", "梅嶺派出所", Role::patrol, 6, "梅嶺警字", 'A'},
    {"TP02", "梅嶺分局", "松嶺派出所", Role::patrol, 4, "梅嶺警字", 'A'},
    {"TP02", "梅嶺分局", "石鼓派出所", Role::patrol, 4, "梅嶺警字", 'A'},
    {"EN01", "青河縣政府環境保護局", "空氣噪音科", Role::inspector, 3, "青環空字", 'E'},
}};

const RoleText& text_of(Role role) {
  for (const RoleText& text : kRoles) {
    if (text.role == role) return text;
  }
  TW_CHECK(false);
  return kRoles[0];
}

Officer make_officer(const UnitPlan& plan, std::set<std::string>& taken, Random& random, LocalDay first_day) {
  Officer officer;
  do {
    officer.id = plan.letter + padded(10'000 + random.below(90'000), 5);
  } while (!taken.insert(officer.id).second);
  officer.account = to_lower(officer.id);
  officer.name = make_name(random);
  officer.national_id = make_national_id(random);
  officer.role = plan.role;
  officer.pace_percent = random.between(70, 130);
  officer.is_careless = random.percent(5);
  officer.since = first_day.plus(-random.between(200, 5500));
  return officer;
}

void add_terminals(Unit& unit, std::size_t unit_number, int headcount) {
  // Stationary ones, and the patrol's mobile ones in a net of their own.
  const std::string net = "10." + padded(unit.agency_number + 1, 1) + "." + padded(unit_number + 1, 1) + ".";
  for (int i = 0; i <= headcount; ++i) unit.terminals.push_back(net + padded(static_cast<std::uint64_t>(i) + 11, 1));
  if (unit.plan.role != Role::patrol) return;
  const std::string mobile = "10.99." + padded(unit_number + 1, 1) + ".";
  for (int i = 0; i < headcount; ++i) {
    unit.terminals.push_back(mobile + padded(static_cast<std::uint64_t>(i) + 11, 1));
  }
}

// Who signs for a look-up that needs it: the agency's chief, else the next colleague of the unit.
void name_approvers(Organisation& organisation) {
  for (Officer& officer : organisation.officers) {
    const Unit& own = organisation.unit_of(officer);
    for (const Officer& other : organisation.officers) {
      if (other.id == officer.id) continue;
      const Unit& unit = organisation.unit_of(other);
      const bool is_chief = other.role == Role::chief && unit.agency_number == own.agency_number;
      const bool is_next = officer.approver.empty() && unit.agency_number == own.agency_number;
      if (is_chief || is_next) officer.approver = other.id;
      if (is_chief) break;
    }
  }
}

}  // namespace

std::string_view title(Role role) {
  return text_of(role).title;
}

std::string_view systems(Role role) {
  return text_of(role).systems;
}

bool works_in_shifts(Role role) {
  return role == Role::patrol || role == Role::traffic || role == Role::detective;
}

std::string_view Unit::agency_in_logs() const {
  return is_police() || plan.agency_code == "EN01" ? plan.agency_code : plan.agency;
}

Organisation organise(std::uint64_t seed, int scale, LocalDay first_day) {
  Random random(seed, "organisation");
  Organisation out;
  std::set<std::string> taken;
  for (const UnitPlan& plan : kPlan) {
    Unit unit;
    unit.plan = plan;
    const bool same_agency = !out.units.empty() && out.units.back().plan.agency_code == plan.agency_code;
    if (!out.units.empty()) unit.agency_number = out.units.back().agency_number + (same_agency ? 0 : 1);
    const int headcount = plan.headcount * scale;
    add_terminals(unit, out.units.size(), headcount);
    for (int i = 0; i < headcount; ++i) {
      Officer officer = make_officer(plan, taken, random, first_day);
      officer.unit = out.units.size();
      officer.home_terminal = static_cast<std::size_t>(i);
      officer.work_code = "W" + padded(static_cast<std::uint64_t>(i) + 1, 2);
      unit.officers.push_back(out.officers.size());
      out.officers.push_back(std::move(officer));
    }
    out.units.push_back(std::move(unit));
  }
  // One clerk's own name needs a character that Big5 lacks.
  append_utf8(out.officers[2].name, 0xE005);
  for (int i = 0; i < 2; ++i) {
    const std::size_t unit = random.index(out.units.size());
    Officer officer = make_officer(out.units[unit].plan, taken, random, first_day);
    officer.unit = unit;
    officer.until = first_day.plus(-random.between(20, 150));
    out.former.push_back(std::move(officer));
  }
  name_approvers(out);
  return out;
}

}  // namespace trailwatch::demo
