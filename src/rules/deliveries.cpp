#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include "rules/compiled.h"
#include "trailwatch/rules/rule_set.h"

namespace trailwatch::rules {

namespace {

// The field of the event without which a derived field can say nothing.
struct Source {
  Field derived;
  Field event;
};
constexpr std::array<Source, 19> kSources = {{
    {Field::duty_state, Field::officer},
    {Field::duty_minutes_outside, Field::officer},
    {Field::officer_role, Field::officer},
    {Field::officer_status, Field::officer},
    {Field::officer_watched, Field::officer},
    {Field::officer_privileged, Field::officer},
    {Field::officer_system_allowed, Field::officer},
    {Field::account_owner, Field::account},
    {Field::terminal_unit, Field::terminal},
    {Field::approver_match, Field::approver},
    {Field::subject_relation, Field::subject},
    {Field::subject_protected, Field::subject},
    {Field::subject_protected_because, Field::subject},
    {Field::reason_quality, Field::reason},
    {Field::reason_length, Field::reason},
    {Field::reason_needs_case, Field::reason_code},
    {Field::reason_needs_approver, Field::reason_code},
    {Field::case_match, Field::case_no},
    {Field::case_days_closed, Field::case_no},
}};

// Nothing for fields that rest on many others and bear the lack of one.
std::optional<Field> source_of(Field field) {
  const auto found =
      std::find_if(kSources.begin(), kSources.end(), [&](const Source& s) { return s.derived == field; });
  if (found != kSources.end()) return found->event;
  return info(field).derived ? std::nullopt : std::optional(field);
}

std::set<Field> fields_of(const CompiledRule& rule) {
  std::set<Field> out;
  for (const Predicate& predicate : rule.detection.predicates) {
    if (predicate.kind != Predicate::Kind::keyword) out.insert(predicate.field);
    if (predicate.kind == Predicate::Kind::field) out.insert(predicate.other);
  }
  if (rule.correlation) {
    for (const auto* keys : {&rule.correlation->group_by, &rule.correlation->values}) {
      for (const CorrelationKey& key : *keys) {
        for (const KeySource& source : key.sources) {
          if (!source.is_chain) out.insert(source.field);
        }
      }
    }
  }
  if (rule.baseline) {
    out.insert(rule.baseline->by_unit ? Field::unit : Field::officer);
    if (rule.baseline->measured) out.insert(rule.baseline->field);
  }
  return out;
}

}  // namespace

std::vector<Problem> undelivered_fields(const RuleSet& rules, const std::vector<std::string>& delivered) {
  std::vector<Problem> out;
  for (RuleIndex i = 0; i < rules.rules().size(); ++i) {
    const CompiledRule& rule = rules.impl().rules[i];
    for (const Field field : fields_of(rule)) {
      const auto source = source_of(field);
      if (!source || *source == Field::time) continue;
      const std::string name(info(*source).name);
      if (std::find(delivered.begin(), delivered.end(), name) != delivered.end()) continue;
      std::string message = "rule \"" + rules.rules()[i].name + "\" asks for \"" + std::string(info(field).name) +
                            "\", and no configured source gives ";
      message += *source == field ? "it" : "\"" + name + "\", on which that rests";
      out.push_back({false, rule.file, rule.place.line, rule.place.column, message,
                     "name the field in a source profile, or leave the rule out"});
    }
  }
  std::sort(out.begin(), out.end(), [](const Problem& a, const Problem& b) {
    return std::tie(a.file, a.line, a.column, a.message) < std::tie(b.file, b.line, b.column, b.message);
  });
  return out;
}

}  // namespace trailwatch::rules
