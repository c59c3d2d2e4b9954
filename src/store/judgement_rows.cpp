#include "store/judgement_rows.h"

#include <nlohmann/json.hpp>

#include "store/packing.h"

namespace trailwatch::store {

using nlohmann::json;

const char* const kFindingColumns =
    "day, about, agency, name, rule, first, last, count, points, sentence, numbers, events, grp";
const char* const kAlertColumns =
    "id, day, about, agency, name, score, severity, first, last, events, why, contributions, evidence, status";
const char* const kAlertHeadColumns = "id, day, about, agency, name, score, first, last, events";

std::string numbers_to_json(const std::map<std::string, double>& numbers) {
  return json(numbers).dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string contributions_to_json(const std::vector<model::Contribution>& contributions) {
  json out = json::array();
  for (const model::Contribution& c : contributions) {
    out.push_back(
        {{"rule", c.rule}, {"title", c.title}, {"points", c.points}, {"sentence", c.sentence}, {"events", c.events}});
  }
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

model::Finding read_finding(const Statement& row) {
  model::Finding out;
  out.day = LocalDay{static_cast<std::int32_t>(row.number(0))};
  out.key = {static_cast<model::About>(row.number(1)), std::string(row.text(2)), std::string(row.text(3))};
  out.rule = row.text(4);
  out.first = Instant{row.number(5)};
  out.last = Instant{row.number(6)};
  out.count = row.number(7);
  out.points = row.real(8);
  out.sentence = row.text(9);
  const json numbers = json::parse(row.text(10), nullptr, false);
  if (numbers.is_object()) {
    for (const auto& [name, value] : numbers.items()) out.numbers[name] = value.is_number() ? value.get<double>() : 0;
  }
  out.events = unpack_ids(row.text(11));
  out.group = row.text(12);
  return out;
}

model::Alert read_alert(const Statement& row) {
  model::Alert out;
  out.id = row.text(0);
  out.day = LocalDay{static_cast<std::int32_t>(row.number(1))};
  out.key = {static_cast<model::About>(row.number(2)), std::string(row.text(3)), std::string(row.text(4))};
  out.score = row.real(5);
  out.severity = static_cast<model::Severity>(row.number(6));
  out.first = Instant{row.number(7)};
  out.last = Instant{row.number(8)};
  out.events = row.number(9);
  out.why = row.text(10);
  const json contributions = json::parse(row.text(11), nullptr, false);
  if (contributions.is_array()) {
    for (const json& c : contributions) {
      if (!c.is_object()) continue;
      out.contributions.push_back({c.value("rule", ""), c.value("title", ""), c.value("points", 0.0),
                                   c.value("sentence", ""), c.value("events", std::int64_t{0})});
    }
  }
  out.evidence = unpack_ids(row.text(12));
  out.status = row.text(13);
  return out;
}

model::AlertHead read_alert_head(const Statement& row) {
  model::AlertHead out;
  out.id = row.text(0);
  out.day = LocalDay{static_cast<std::int32_t>(row.number(1))};
  out.key = {static_cast<model::About>(row.number(2)), std::string(row.text(3)), std::string(row.text(4))};
  out.score = row.real(5);
  out.first = Instant{row.number(6)};
  out.last = Instant{row.number(7)};
  out.events = row.number(8);
  return out;
}

}  // namespace trailwatch::store
