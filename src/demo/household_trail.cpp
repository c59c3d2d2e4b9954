#include <algorithm>
#include <utility>

#include "demo/forms.h"
#include "demo/identity.h"
#include "demo/trails.h"
#include "trailwatch/base/encoding.h"

namespace trailwatch::demo {

namespace {

constexpr std::string_view kHeader =
    "序號,機關代碼,機關名稱,單位,工作代碼,員工代號,姓名,查詢日期,查詢時間,作業代碼,作業名稱,查詢條件,被查詢人統號,"
    "被查詢人姓名,申請依據,申請事由,收件號,核准人,端末機,回傳筆數\r\n";

std::string_view condition(const Event& event) {
  if (event.by_address) return "門牌";
  return event.subject_name.empty() ? "統號" : "姓名";
}

std::string row(const Scene& scene, const Event& event, std::size_t number, bool is_broken) {
  const Officer& officer = scene.officer(event);
  const Unit& unit = scene.unit(event);
  std::string out;
  add_field(out, padded(number, 1));
  add_field(out, unit.plan.agency_code);
  add_field(out, unit.plan.agency);
  add_field(out, unit.plan.name);
  add_field(out, officer.work_code);
  add_field(out, officer.id);
  add_field(out, officer.name);
  std::string date = roc_digits(event.time.day);
  if (is_broken) date.replace(3, 2, "13");
  add_field(out, date);
  add_field(out, clock_digits(event.time));
  add_field(out, event.function);
  add_field(out, event.function_name);
  add_field(out, condition(event));
  add_field(out, event.subject);
  add_field(out, event.subject_name);
  add_field(out, event.code);
  add_field(out, event.reason);
  add_field(out, event.case_no);
  add_field(out, event.approver);
  add_field(out, event.terminal);
  add_field(out, padded(static_cast<std::uint64_t>(event.rows), 1));
  return out + "\r\n";
}

}  // namespace

Status HouseholdTrail::day(LocalDay day, DayEvents& events) {
  std::string_view done;
  for (const Unit& unit : scene_.organisation.units) {
    if (unit.plan.agency_code == done) continue;
    done = unit.plan.agency_code;
    std::vector<const Event*> rows;
    for (const Event& event : events) {
      if (scene_.unit(event).agency_number == unit.agency_number) rows.push_back(&event);
    }
    // Household offices deliver every day, be it an empty file; the others only when there is something.
    if (rows.empty() && !unit.is_household_office()) continue;
    if (Status status = office(day, unit, rows); !status) return status;
  }
  return Done{};
}

Status HouseholdTrail::office(LocalDay day, const Unit& unit, const std::vector<const Event*>& rows) {
  const std::string stem = "household/HH_QLOG_" + std::string(unit.plan.agency_code) + "_" + roc_digits(day);
  const std::string path = stem + ".csv";
  std::vector<const Event*> ordered = rows;
  // Counters do not always write in turn.
  if (scene_.index(day) % 5 == 0 && ordered.size() >= 8)
    std::swap(ordered[ordered.size() / 2], ordered[ordered.size() / 2 + 1]);
  std::string text(kHeader);
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    const Event& event = *ordered[i];
    const bool is_broken =
        !has_broken_ && !event.scenario && scene_.index(day) >= scene_.days() * 3 / 8 && i == ordered.size() / 3;
    text += row(scene_, event, i + 1, is_broken);
    const std::size_t line = i + 2;
    if (event.scenario) scene_.truth.saw(*event.scenario, path, line, event.time);
    if (is_broken) {
      has_broken_ = true;
      scene_.truth.saw(scene_.truth.add("M-0001", "malformed", scene_.officer(event).id), path, line, event.time);
    }
  }
  text += "總筆數," + padded(ordered.size(), 8) + "\r\n";
  const std::string bytes = encode(text, Encoding::cp950);
  if (Status status = scene_.write(path, bytes); !status) return status;
  // Somebody fetched one file twice.
  if (has_copied_ || ordered.empty() || scene_.index(day) < scene_.days() / 2) return Done{};
  has_copied_ = true;
  return scene_.write(stem + "(1).csv", bytes);
}

}  // namespace trailwatch::demo
