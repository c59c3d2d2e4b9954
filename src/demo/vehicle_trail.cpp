#include "demo/forms.h"
#include "demo/identity.h"
#include "demo/trails.h"

namespace trailwatch::demo {

namespace {

constexpr std::uint64_t kRemovedRecords = 7;

// The texts of this county hold nothing that JSON would escape, but for quotes.
void add_text(std::string& out, std::string_view key, std::string_view value, bool null_when_empty) {
  out += out.size() > 1 ? ",\"" : "\"";
  out += key;
  out += "\":";
  if (value.empty() && null_when_empty) {
    out += "null";
    return;
  }
  out += '"';
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

std::string record(const Scene& scene, const Event& event) {
  const Officer& officer = scene.officer(event);
  const Unit& unit = scene.unit(event);
  const bool by_plate = event.wanted == Wanted::vehicle;
  std::string out = "{\"seq\":" + padded(event.number, 1);
  add_text(out, "ts", iso_stamp(event.time, 3), false);
  add_text(out, "org", unit.plan.agency_code, false);
  add_text(out, "unit", unit.plan.name, false);
  add_text(out, "uid", officer.id, false);
  add_text(out, "account", officer.account, false);
  add_text(out, "host", event.terminal, false);
  add_text(out, "fn", event.function, false);
  add_text(out, "plate", by_plate ? event.subject : "", true);
  add_text(out, "id", by_plate ? "" : event.subject, true);
  add_text(out, "purpose", event.code, true);
  add_text(out, "memo", event.reason, false);
  add_text(out, "doc", event.case_no, true);
  return out + ",\"rows\":" + padded(static_cast<std::uint64_t>(event.rows), 1) + "}";
}

}  // namespace

Status VehicleTrail::day(LocalDay day, DayEvents& events) {
  const bool is_live = day == scene_.until;
  const std::string path = is_live ? "vehicle/mvr-query.jsonl" : "vehicle/mvr-query-" + compact_day(day) + ".jsonl";
  const int index = scene_.index(day);
  std::string text;
  std::size_t line = 1;
  for (std::size_t i = 0; i < events.size(); ++i) {
    Event& event = events[i];
    const bool in_the_middle = i == events.size() / 2;
    // A week before the end somebody took records out.
    if (!has_hole_ && in_the_middle && index > 0 && index >= scene_.days() - 7) {
      has_hole_ = true;
      next_seq_ += kRemovedRecords;
      scene_.truth.marked(scene_.truth.add("D08-blatant-1", "record_removal", "source:" + path), event.time);
    }
    event.number = next_seq_++;
    const std::string whole = record(scene_, event);
    // The writer stopped in a record and wrote it again.
    if (!has_broken_ && index >= scene_.days() / 4 && i == events.size() / 3) {
      has_broken_ = true;
      scene_.truth.saw(scene_.truth.add("M-0003", "malformed", scene_.officer(event).id), path, line, event.time);
      text += whole.substr(0, whole.find("\"fn\"") + 9) + "\n";
      ++line;
    }
    if (event.scenario) scene_.truth.saw(*event.scenario, path, line, event.time);
    text += whole + "\n";
    ++line;
    if (index % 7 == 5 && in_the_middle && !event.scenario) {
      text += whole + "\n";
      ++line;
    }
  }
  if (is_live && !events.empty()) {
    Event next = events.back();
    next.number = next_seq_;
    next.time.micros = kMicrosPerDay - kMicrosPerSecond;
    const std::string whole = record(scene_, next);
    text += whole.substr(0, whole.find("\"ts\"") + 22);
  }
  return scene_.write(path, text);
}

}  // namespace trailwatch::demo
