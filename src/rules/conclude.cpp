#include "rules/conclude.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "trailwatch/base/hash.h"

namespace trailwatch::rules {

namespace {

// Groups of neither officers, subjects nor units stand under the first of these that they are grouped by. Nothing
// personal.
constexpr std::array<Field, 7> kSourceFields = {Field::terminal, Field::account, Field::channel,    Field::system,
                                                Field::agency,   Field::action,  Field::reason_code};

std::optional<std::size_t> find_key(const Correlation& rule, Field field) {
  for (std::size_t i = 0; i < rule.group_by.size(); ++i) {
    if (rule.group_by[i].meaning == field) return i;
  }
  return std::nullopt;
}

// Whom the finding is about, and by how many of the group's values that is said.
std::pair<model::Key, std::size_t> key_of(const Correlation& rule, const std::vector<std::string>& values) {
  // Who approves is an officer too.
  for (const Field field : {Field::officer, Field::approver}) {
    if (const auto officer = find_key(rule, field)) return {{model::About::officer, "", values[*officer]}, 1};
  }
  if (const auto subject = find_key(rule, Field::subject)) return {{model::About::subject, "", values[*subject]}, 1};
  if (const auto unit = find_key(rule, Field::unit)) {
    const auto agency = find_key(rule, Field::agency);
    return {{model::About::unit, agency ? values[*agency] : "", values[*unit]},
            agency ? std::size_t{2} : std::size_t{1}};
  }
  for (const Field field : kSourceFields) {
    if (const auto found = find_key(rule, field)) return {{model::About::source, "", values[*found]}, 1};
  }
  return {{model::About::source, "", "*"}, 0};
}

std::string group_of(const std::string& rule_id, const std::vector<std::string>& values) {
  std::string text = "trailwatch/group/v1\n" + rule_id;
  for (const std::string& value : values) text += "\n" + std::to_string(value.size()) + ":" + value;
  return to_hex(sha256(text), 8);
}

// The name under which rules know the number that the condition is about.
const char* peak_name(Correlation::Type type) {
  switch (type) {
    case Correlation::Type::event_count:
      return "peak";
    case Correlation::Type::value_count:
      return "distinct";
    case Correlation::Type::value_sum:
    case Correlation::Type::value_avg:
    case Correlation::Type::value_percentile:
    case Correlation::Type::value_median:
      return "value";
    case Correlation::Type::streak:
    case Correlation::Type::gap:
      return "days";
    case Correlation::Type::temporal:
    case Correlation::Type::temporal_ordered:
    case Correlation::Type::first_seen:
      return nullptr;
  }
  return nullptr;
}

}  // namespace

model::Finding conclude_correlation(const Engine::Impl& engine, RuleIndex rule, const std::vector<std::string>& values,
                                    LocalDay day, const OpenFinding& found) {
  const Correlation& correlation = *engine.compiled(rule).correlation;
  model::Finding out;
  out.rule = engine.info(rule).name;
  const auto [key, said] = key_of(correlation, values);
  out.key = key;
  if (said < values.size()) out.group = group_of(engine.info(rule).id, values);
  out.day = day;
  out.events = found.events;
  std::sort(out.events.begin(), out.events.end());
  out.events.erase(std::unique(out.events.begin(), out.events.end()), out.events.end());
  out.first = found.first;
  out.last = found.last;
  out.count = found.count;
  const auto span = static_cast<double>(out.last.micros - out.first.micros);
  out.numbers = {{"count", static_cast<double>(out.count)},
                 {"events", static_cast<double>(out.events.size())},
                 {"minutes", std::floor(span / kMicrosPerMinute)},
                 {"hours", span / kMicrosPerHour}};
  if (const char* name = peak_name(correlation.type)) out.numbers[name] = found.peak;
  out.points = engine.compiled(rule).score.points(out.numbers);
  const CivilDate first_day = to_civil(engine.registry.zone().local(out.first).day);
  const auto two = [](int number) { return std::string(number < 10 ? "0" : "") + std::to_string(number); };
  out.sentence = engine.sentence(rule, out.numbers,
                                 {{"first_time", engine.clock(out.first)},
                                  {"last_time", engine.clock(out.last)},
                                  {"first_day", two(first_day.month) + "/" + two(first_day.day)}});
  return out;
}

}  // namespace trailwatch::rules
