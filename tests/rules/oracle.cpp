#include "rules/oracle.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "trailwatch/base/text.h"

namespace trailwatch::rules::oracle {

namespace {

using Values = std::vector<std::string>;

// Something that happened and counts for a rule.
struct Occurrence {
  std::int64_t id = 0;
  std::int64_t micros = 0;
  std::map<std::string, std::string> fields;  // of an event, or the group of a correlation
};

// An occurrence as one correlation counts it.
struct Counted {
  std::int64_t id = 0;
  std::int64_t micros = 0;
  Values group;
  Values values;
  std::set<std::size_t> inputs;
};

std::string folded(const std::string& text) {
  return to_upper(fold_width(text));
}

bool holds(double number, const std::string& op, double bound) {
  if (op == "eq") return number == bound;
  if (op == "neq") return number != bound;
  if (op == "lt") return number < bound;
  if (op == "lte") return number <= bound;
  if (op == "gt") return number > bound;
  return number >= bound;
}

class Evaluation {
 public:
  Evaluation(const Rule& rule, const std::map<std::string, std::vector<Occurrence>>& seen, const Zone& zone,
             const std::set<std::int32_t>& days_off)
      : rule_(rule), zone_(zone), days_off_(days_off) {
    for (std::size_t i = 0; i < rule.inputs.size(); ++i) {
      for (const Occurrence& o : seen.at(rule.inputs[i])) count(o, i);
    }
  }

  // Completing events with their evidence.
  std::vector<std::pair<const Counted*, std::set<const Counted*>>> completions() const {
    std::vector<std::pair<const Counted*, std::set<const Counted*>>> out;
    for (const Counted& c : counted_) {
      std::set<const Counted*> evidence;
      if (completes(c, evidence)) out.emplace_back(&c, evidence);
    }
    return out;
  }

  std::int32_t day(const Counted& c) const { return zone_.local(Instant{c.micros}).day.days; }

 private:
  void count(const Occurrence& o, std::size_t input) {
    Counted c{o.id, o.micros, {}, {}, {input}};
    const auto put = [&](const std::string& field, Values& out) {
      const auto found = o.fields.find(field);
      if (found != o.fields.end()) out.push_back(folded(found->second));
      return found != o.fields.end();
    };
    for (const auto& [name, fields] : rule_.group_by) {
      if (!put(fields[input], c.group)) return;
    }
    for (const std::string& field : rule_.fields) {
      if (!put(field, c.values)) return;
    }
    if (rule_.working_days && rule_.type != "x-gap" && days_off_.count(day(c)) != 0) return;
    for (Counted& other : counted_) {
      if (other.id == c.id && other.group == c.group && other.values == c.values) {
        other.inputs.insert(input);
        return;
      }
    }
    counted_.push_back(c);
  }

  std::vector<const Counted*> window(const Counted& now) const {
    std::vector<const Counted*> out;
    for (const Counted& c : counted_) {
      if (c.group == now.group && c.micros <= now.micros && c.micros > now.micros - rule_.span) out.push_back(&c);
    }
    return out;
  }

  bool satisfies(double number) const {
    return std::all_of(rule_.condition.begin(), rule_.condition.end(),
                       [&](const auto& test) { return holds(number, test.first, test.second); });
  }

  bool completes(const Counted& now, std::set<const Counted*>& evidence) const {
    if (rule_.type == "x-first-seen") return is_first(now) && evidence.insert(&now).second;
    if (rule_.type == "x-streak") return is_streak(now, evidence);
    if (rule_.type == "x-gap") return is_gap(now, evidence);
    if (rule_.type == "temporal_ordered")
      return now.inputs.count(rule_.inputs.size() - 1) != 0 && is_ordered(now, evidence);
    const auto all = window(now);
    evidence.insert(all.begin(), all.end());
    const bool spread = std::any_of(all.begin(), all.end(),
                                    [&](const Counted* c) { return now.micros - c->micros >= rule_.distance_min; });
    if (!spread) return false;
    if (rule_.type == "event_count") {
      std::set<std::int64_t> ids;
      for (const Counted* c : all) ids.insert(c->id);
      return satisfies(static_cast<double>(ids.size()));
    }
    if (rule_.type == "value_count") {
      const bool is_known = std::any_of(
          all.begin(), all.end(), [&](const Counted* c) { return c->values == now.values && c->micros < now.micros; });
      if (rule_.distance_min > 0 && is_known) return false;
      std::set<Values> values;
      for (const Counted* c : all) values.insert(c->values);
      return satisfies(static_cast<double>(values.size()));
    }
    if (rule_.type == "temporal") {
      std::set<std::size_t> inputs;
      for (const Counted* c : all) inputs.insert(c->inputs.begin(), c->inputs.end());
      const auto number = static_cast<double>(inputs.size());
      return rule_.condition.empty() ? inputs.size() == rule_.inputs.size() : satisfies(number);
    }
    std::vector<double> numbers;
    for (const Counted* c : all) numbers.push_back(std::stod(c->values.front()));
    std::sort(numbers.begin(), numbers.end());
    double sum = 0;
    for (const double number : numbers) sum += number;
    if (rule_.type == "value_sum") return satisfies(sum);
    if (rule_.type == "value_median") {
      const std::size_t half = numbers.size() / 2;
      return satisfies(numbers.size() % 2 == 1 ? numbers[half] : (numbers[half - 1] + numbers[half]) / 2);
    }
    if (rule_.type == "value_avg") return satisfies(sum / static_cast<double>(numbers.size()));
    for (std::size_t rank = 1; rank <= numbers.size(); ++rank) {
      if (static_cast<double>(rank) * 100 >= rule_.percentile * static_cast<double>(numbers.size())) {
        return satisfies(numbers[rank - 1]);
      }
    }
    return false;
  }

  // All ways through the steps that end now.
  bool is_ordered(const Counted& now, std::set<const Counted*>& evidence) const {
    const auto all = window(now);
    const std::size_t last = rule_.inputs.size() - 1;
    std::vector<const Counted*> way;
    bool found = false;
    std::function<void(std::size_t)> walk = [&](std::size_t step) {
      for (const Counted* c : all) {
        const bool fits = c->inputs.count(step) != 0 && (way.empty() || way.back()->micros < c->micros) &&
                          (step != 0 || now.micros - c->micros >= rule_.distance_min) && (step != last || c == &now);
        if (!fits) continue;
        way.push_back(c);
        if (step == last) {
          found = true;
          evidence.insert(way.begin(), way.end());
        } else {
          walk(step + 1);
        }
        way.pop_back();
      }
    };
    walk(0);
    return found;
  }

  bool is_streak(const Counted& now, std::set<const Counted*>& evidence) const {
    const std::int32_t today = day(now);
    std::set<std::int32_t> active;
    for (const Counted& c : counted_) {
      if (c.group == now.group && c.micros <= now.micros) active.insert(day(c));
    }
    std::set<std::int32_t> run;
    for (std::int32_t d = today; d > today - rule_.days; --d) {
      if (rule_.working_days && days_off_.count(d) != 0) continue;
      if (active.count(d) == 0) break;
      run.insert(d);
    }
    for (const Counted& c : counted_) {
      if (c.group == now.group && c.micros <= now.micros && run.count(day(c)) != 0) evidence.insert(&c);
    }
    return satisfies(static_cast<double>(run.size()));
  }

  // Without the days off between, where only working days count.
  std::int64_t silence(std::int64_t from, std::int64_t until) const {
    const std::int32_t first = zone_.local(Instant{from}).day.days, last = zone_.local(Instant{until}).day.days;
    std::int64_t out = until - from;
    for (std::int32_t d = first + 1; rule_.working_days && d < last; ++d) {
      if (days_off_.count(d) != 0) out -= kMicrosPerDay;
    }
    return out;
  }

  bool is_gap(const Counted& now, std::set<const Counted*>& evidence) const {
    std::set<std::int64_t> instants;
    std::set<std::int32_t> active;
    for (const Counted& c : counted_) {
      if (c.group != now.group || c.micros >= now.micros || day(c) <= day(now) - rule_.days) continue;
      instants.insert(c.micros);
      active.insert(day(c));
    }
    if (instants.empty() || static_cast<std::int32_t>(active.size()) < rule_.active_days) return false;
    std::int64_t longest = 0;
    for (auto at = std::next(instants.begin()); at != instants.end(); ++at) {
      longest = std::max(longest, silence(*std::prev(at), *at));
    }
    const std::int64_t length = silence(*instants.rbegin(), now.micros);
    if (length < rule_.distance_min || static_cast<double>(length) <= rule_.factor * static_cast<double>(longest)) {
      return false;
    }
    for (const Counted& c : counted_) {
      if (c.group == now.group && c.micros == *instants.rbegin()) evidence.insert(&c);
    }
    return evidence.insert(&now).second;
  }

  bool is_first(const Counted& now) const {
    const std::int32_t today = day(now);
    bool learnt = false, known = false;
    for (const Counted& c : counted_) {
      const std::int32_t d = day(c);
      if (c.group != now.group || c.micros >= now.micros || d <= today - rule_.days) continue;
      learnt = learnt || d <= today - rule_.learn_days;
      known = known || c.values == now.values;
    }
    return learnt && !known;
  }

  const Rule& rule_;
  const Zone& zone_;
  const std::set<std::int32_t>& days_off_;
  std::vector<Counted> counted_;
};

}  // namespace

std::vector<Found> evaluate(const std::vector<Rule>& rules, const std::vector<Event>& events, const Zone& zone,
                            const std::set<std::int32_t>& days_off) {
  std::vector<Found> out;
  std::map<std::string, std::vector<Occurrence>> seen;
  for (const Rule& rule : rules) {
    std::vector<Occurrence>& own = seen[rule.name];
    if (rule.type == "event") {
      for (const Event& event : events) {
        const auto system = event.fields.find("system");
        const bool fits = rule.system.empty() || (system != event.fields.end() && system->second == rule.system);
        if (fits) own.push_back({event.id, event.micros, event.fields});
      }
      continue;
    }
    const Evaluation evaluation(rule, seen, zone, days_off);
    std::map<std::pair<Values, std::int32_t>, Found> found;
    std::set<std::pair<Values, std::int64_t>> completed;
    for (const auto& [now, evidence] : evaluation.completions()) {
      Found& f = found[{now->group, evaluation.day(*now)}];
      const bool is_new = completed.insert({now->group, now->id}).second;
      f.count += is_new ? 1 : 0;
      for (const Counted* c : evidence) {
        f.first = f.events.empty() ? c->micros : std::min(f.first, c->micros);
        f.last = f.events.empty() ? c->micros : std::max(f.last, c->micros);
        f.events.insert(c->id);
      }
      if (!is_new) continue;
      Occurrence occurrence{now->id, now->micros, {}};
      for (std::size_t i = 0; i < rule.group_by.size(); ++i) occurrence.fields[rule.group_by[i].first] = now->group[i];
      own.push_back(occurrence);
    }
    for (auto& [key, f] : found) {
      if (!rule.alerts) continue;
      f.rule = rule.name;
      f.values = key.first;
      f.day = LocalDay{key.second};
      out.push_back(f);
    }
  }
  return out;
}

std::string write(const Rule& rule, int number) {
  std::string digits = std::to_string(number);
  digits.insert(0, 12 - digits.size(), '0');
  std::string out =
      "title: 規則\nname: " + rule.name + "\nid: 00000000-0000-4000-8000-" + digits + "\nx-explain: {zh: 規則}\n";
  if (rule.type == "event") {
    return out + "logsource: {product: trailwatch}\ndetection:\n  a: {" +
           (rule.system.empty() ? "time|year|gt: 0" : "system: " + rule.system) + "}\n  condition: a\n---\n";
  }
  const auto list = [](const Values& values) {
    std::string text = "[";
    for (const std::string& value : values) text += (text.size() > 1 ? ", " : "") + value;
    return text + "]";
  };
  out += "correlation:\n  type: " + rule.type + "\n  generate: true\n  rules: " + list(rule.inputs) + "\n";
  Values names;
  std::string aliases;
  for (const auto& [name, fields] : rule.group_by) {
    names.push_back(name);
    if (std::all_of(fields.begin(), fields.end(), [&, &n = name](const auto& field) { return field == n; })) continue;
    aliases += "    " + name + ": {";
    for (std::size_t i = 0; i < fields.size(); ++i) aliases += (i == 0 ? "" : ", ") + rule.inputs[i] + ": " + fields[i];
    aliases += "}\n";
  }
  if (!names.empty()) out += "  group-by: " + list(names) + "\n";
  if (!aliases.empty()) out += "  aliases:\n" + aliases;
  if (rule.span > 0) out += "  timespan: " + std::to_string(rule.span / kMicrosPerSecond) + "s\n";
  if (rule.type == "x-gap") {
    out += "  at-least: " + std::to_string(rule.distance_min / kMicrosPerSecond) + "s\n";
    if (rule.factor > 0) out += "  factor: " + std::to_string(rule.factor) + "\n";
    out += "  min-history: " + std::to_string(rule.active_days) + "\n";
  } else if (rule.distance_min > 0)
    out += "  min-timespan: " + std::to_string(rule.distance_min / kMicrosPerSecond) + "s\n";
  if (rule.days > 0) out += "  timespan: " + std::to_string(rule.days) + "d\n";
  if (rule.learn_days > 0) out += "  learn-for: " + std::to_string(rule.learn_days) + "d\n";
  if (rule.working_days) out += "  working-days: true\n";
  if (rule.type == "x-first-seen") return out + "  fields: " + list(rule.fields) + "\n---\n";
  if (rule.condition.empty()) return out + "---\n";
  out += "  condition:\n";
  for (const auto& [op, bound] : rule.condition) out += "    " + op + ": " + std::to_string(bound) + "\n";
  if (!rule.fields.empty()) out += "    field: " + list(rule.fields) + "\n";
  if (rule.type == "value_percentile") out += "    percentile: " + std::to_string(rule.percentile) + "\n";
  return out + "---\n";
}

}  // namespace trailwatch::rules::oracle
