#include <algorithm>
#include <utility>

#include "demo/forms.h"
#include "demo/identity.h"
#include "demo/trails.h"

namespace trailwatch::demo {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kHeader =
    "流水號,查詢時間,帳號,員工代號,姓名,機關,課室,查詢項目,地段,地號,建號,所有權人統編,所有權人姓名,查詢原因代碼,"
    "查詢原因,"
    "案件字號,核准人,IP,筆數\n";

std::string row(const Scene& scene, const Event& event, std::size_t number, bool is_broken) {
  const Officer& officer = scene.officer(event);
  const Unit& unit = scene.unit(event);
  std::string out;
  add_field(out, padded(number, 1));
  std::string stamp = roc_stamp(event.time);
  if (is_broken) stamp.replace(10, 2, "99");
  add_field(out, stamp);
  add_field(out, officer.account);
  add_field(out, officer.id);
  add_field(out, officer.name);
  add_field(out, unit.plan.agency);
  add_field(out, unit.plan.name);
  add_field(out, event.function);
  add_field(out, event.section);
  add_field(out, event.parcel);
  add_field(out, event.building);
  add_field(out, event.subject);
  add_field(out, event.subject_name);
  add_field(out, event.code);
  add_field(out, event.reason);
  add_field(out, event.case_no);
  add_field(out, event.approver);
  add_field(out, event.terminal);
  add_field(out, padded(static_cast<std::uint64_t>(event.rows), 1));
  return out + "\n";
}

}  // namespace

Status LandTrail::day(LocalDay day, DayEvents& events) {
  if (events.empty()) return Done{};
  const std::string path = "land/地政查詢紀錄_" + roc_digits(day) + ".csv";
  if (scene_.index(day) % 4 == 2 && events.size() >= 8)
    std::swap(events[events.size() / 2], events[events.size() / 2 + 1]);
  std::string text(kByteOrderMark);
  text += kHeader;
  std::size_t line = 2;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    const bool is_broken =
        !has_broken_ && !event.scenario && scene_.index(day) >= scene_.days() / 2 && i >= events.size() / 3;
    const std::string record = row(scene_, event, i + 1, is_broken);
    if (event.scenario) scene_.truth.saw(*event.scenario, path, line, event.time);
    if (is_broken) {
      has_broken_ = true;
      scene_.truth.saw(scene_.truth.add("M-0002", "malformed", scene_.officer(event).id), path, line, event.time);
    }
    // A reason may hold line breaks: the record counts where it starts.
    line += static_cast<std::size_t>(std::count(record.begin(), record.end(), '\n'));
    text += record;
  }
  return scene_.write(path, text);
}

}  // namespace trailwatch::demo
