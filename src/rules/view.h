#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "rules/blank.h"
#include "rules/explanation.h"
#include "rules/field.h"
#include "trailwatch/model/event.h"
#include "trailwatch/registry/snapshot.h"

namespace trailwatch::rules {

// One event as rules see it. Derived fields are computed when first asked for, and once, however many rules ask.
//
// Thread rule: one task at a time. Event, registry, placeholders and past must outlive it.
class EventView {
 public:
  // Without a `past` nothing is explained as a repeat.
  EventView(const model::QueryEvent& event, const registry::Snapshot& registry, const Placeholders& placeholders,
            const Past* past = nullptr)
      : event_(event), registry_(registry), placeholders_(placeholders), past_(past) {}

  // Fixed words as they are written in rules; numbers and times written out. Empty: not given. Valid until the next
  // call.
  std::string_view text(Field field);
  // Of a number field; nothing when not given.
  std::optional<std::int64_t> number(Field field);
  // Given at all? The words `unknown` and `none` say that it is not.
  bool exists(Field field);
  // The moment of the look-up on the clocks of the deployment's zone.
  const LocalTime& local();
  Quality quality(Field field) { return placeholders_.judge(text(field)); }
  const Explanation& explanation();

 private:
  const registry::DutyState& duty();
  const registry::Officer* officer();
  const registry::ReasonCode* reason_code();
  const registry::CaseAnswer& case_answer();
  registry::Relation relation();
  std::optional<std::string_view> protected_because();
  std::string_view approver_match();
  std::optional<bool> needs(bool registry::ReasonCode::* what);
  std::string_view write(std::int64_t number);

  const model::QueryEvent& event_;
  const registry::Snapshot& registry_;
  const Placeholders& placeholders_;
  const Past* past_;
  std::optional<LocalTime> local_;
  std::optional<registry::DutyState> duty_;
  std::optional<const registry::Officer*> officer_;
  std::optional<const registry::ReasonCode*> reason_code_;
  std::optional<registry::CaseAnswer> case_answer_;
  std::optional<Explanation> explanation_;
  std::array<char, 24> digits_{};
  std::string rfc3339_;
};

}  // namespace trailwatch::rules
