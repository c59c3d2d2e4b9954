#include "demo/truth.h"

#include "demo/forms.h"
#include "demo/identity.h"

namespace trailwatch::demo {

std::size_t Truth::add(std::string_view id, std::string_view kind, std::string_view who) {
  Scenario scenario;
  scenario.id = id;
  scenario.kind = kind;
  scenario.who = who;
  scenarios_.push_back(std::move(scenario));
  return scenarios_.size() - 1;
}

void Truth::saw(std::size_t scenario, std::string_view file, std::size_t line, LocalTime time) {
  marked(scenario, time);
  ++scenarios_[scenario].events;
  lines_.push_back(Line{scenario, std::string(file), line});
}

void Truth::marked(std::size_t place, LocalTime time) {
  Scenario& scenario = scenarios_[place];
  if (!scenario.first || time < *scenario.first) scenario.first = time;
  if (!scenario.last || time > *scenario.last) scenario.last = time;
}

std::string Truth::summary_csv() const {
  std::string out = "scenario,kind,officer,first_time,last_time,events\n";
  for (const Scenario& scenario : scenarios_) {
    if (!scenario.first) continue;
    add_field(out, scenario.id);
    add_field(out, scenario.kind);
    add_field(out, scenario.who);
    add_field(out, iso_stamp(*scenario.first, 3));
    add_field(out, iso_stamp(*scenario.last, 3));
    add_field(out, padded(scenario.events, 1));
    out += '\n';
  }
  return out;
}

std::string Truth::events_csv() const {
  std::string out = "scenario,source file,line\n";
  for (const Line& line : lines_) {
    add_field(out, scenarios_[line.scenario].id);
    add_field(out, line.file);
    add_field(out, padded(line.line, 1));
    out += '\n';
  }
  return out;
}

}  // namespace trailwatch::demo
