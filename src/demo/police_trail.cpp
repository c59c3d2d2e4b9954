#include <algorithm>

#include "demo/forms.h"
#include "demo/identity.h"
#include "demo/trails.h"

namespace trailwatch::demo {

namespace {

struct Host {
  std::string_view name, process;
};
// RFC 5424 HOSTNAME and PROCID. The second relays for one precinct.
constexpr Host kHosts[2] = {{"plog01", "2211"}, {"plog02", "1876"}};
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::size_t host_of(const Unit& unit) {
  return unit.plan.agency_code == "TP02" ? 1 : 0;
}

void add_parameter(std::string& out, std::string_view name, std::string_view value) {
  out += ' ';
  out += name;
  out += "=\"";
  for (const char c : value) {
    if (c == '"' || c == '\\' || c == ']') out += '\\';
    out += c;
  }
  out += '"';
}

std::string message(const Scene& scene, const Event& event) {
  const Officer& officer = scene.officer(event);
  const Unit& unit = scene.unit(event);
  const Host& host = kHosts[host_of(unit)];
  std::string out = "<134>1 " + iso_stamp(event.time, 6) + " ";
  out += host.name;
  out += " PLOG ";
  out += host.process;
  out += " QRY [q@52000";
  add_parameter(out, "sn", padded(event.number, 1));
  add_parameter(out, "org", unit.plan.agency_code);
  add_parameter(out, "unit", unit.plan.name);
  add_parameter(out, "badge", officer.id);
  add_parameter(out, "acct", officer.account);
  add_parameter(out, "ip", event.terminal);
  add_parameter(out, "sys", event.system);
  add_parameter(out, "func", event.function);
  add_parameter(out, "subj", event.subject);
  add_parameter(out, "kind", event.wanted == Wanted::vehicle ? "vehicle" : "person");
  add_parameter(out, "purpose", event.code);
  add_parameter(out, "case", event.case_no);
  add_parameter(out, "rows", padded(static_cast<std::uint64_t>(event.rows), 1));
  out += ']';
  if (!event.reason.empty()) {
    out += ' ';
    out += kByteOrderMark;
    out += event.reason;
  }
  return out;
}

}  // namespace

Status PoliceTrail::day(LocalDay day, DayEvents& events) {
  const std::string path = "police/plog-" + compact_day(day) + ".log";
  const int index = scene_.index(day);
  for (Event& event : events) event.number = next_sn_[host_of(scene_.unit(event))]++;
  std::vector<Event> written = std::move(late_);
  late_.clear();
  written.insert(written.end(), events.begin(), events.end());
  // One message overtakes four others.
  if (index % 4 == 1 && written.size() >= 12) {
    const auto at = written.begin() + static_cast<std::ptrdiff_t>(written.size() / 3);
    std::rotate(at, at + 4, at + 5);
  }
  if (index % 6 == 2 && day != scene_.until && written.size() >= 12) {
    late_.assign(written.end() - 2, written.end());
    written.resize(written.size() - 2);
  }
  std::string text;
  std::size_t line = 1;
  for (std::size_t i = 0; i < written.size(); ++i) {
    const Event& event = written[i];
    const std::string whole = message(scene_, event);
    if (!has_broken_ && index >= scene_.days() * 5 / 8 && i == written.size() / 3) {
      has_broken_ = true;
      scene_.truth.saw(scene_.truth.add("M-0004", "malformed", scene_.officer(event).id), path, line, event.time);
      text += whole.substr(0, whole.find(" acct=") + 9) + "\n";
      ++line;
    }
    if (event.scenario) scene_.truth.saw(*event.scenario, path, line, event.time);
    text += whole + "\n";
    ++line;
    if (index % 7 == 3 && i == written.size() / 2 && !event.scenario) {
      text += whole + "\n";
      ++line;
    }
  }
  return scene_.write(path, text);
}

}  // namespace trailwatch::demo
