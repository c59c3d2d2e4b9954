#include "rules/view.h"

#include <charconv>

#include "trailwatch/base/check.h"

namespace trailwatch::rules {

std::string_view EventView::text(Field field) {
  switch (field) {
    case Field::time:
      if (rfc3339_.empty()) rfc3339_ = format_rfc3339(event_.time, registry_.zone().offset_minutes(event_.time));
      return rfc3339_;
    case Field::system:
      return event_.system;
    case Field::channel:
      return event_.channel;
    case Field::agency:
      return event_.agency;
    case Field::unit:
      return event_.unit;
    case Field::officer:
      return event_.officer;
    case Field::account:
      return event_.account;
    case Field::terminal:
      return event_.terminal;
    case Field::action:
      return event_.action;
    case Field::lookup_by:
      return model::to_text(event_.lookup_by);
    case Field::subject_kind:
      return model::to_text(event_.subject_kind);
    case Field::subject:
      return event_.subject;
    case Field::subject_name:
      return event_.subject_name;
    case Field::officer_name:
      return event_.officer_name;
    case Field::reason_code:
      return event_.reason_code;
    case Field::reason:
      return event_.reason;
    case Field::case_no:
      return event_.case_no;
    case Field::approver:
      return event_.approver;
    case Field::rows:
    case Field::duty_minutes_outside: {
      const auto value = number(field);
      return value ? write(*value) : std::string_view{};
    }
    case Field::duty_state:
      return registry::to_text(duty().duty);
    case Field::officer_role:
      return officer() ? std::string_view(officer()->role) : std::string_view{};
    case Field::officer_status:
      return officer_status();
    case Field::officer_watched:
      return registry_.watched(event_.officer, local().day) ? "true" : "false";
    case Field::reason_quality:
      return to_text(placeholders_.judge(event_.reason));
    case Field::reason_needs_case:
      return needs(&registry::ReasonCode::needs_case);
    case Field::reason_needs_approver:
      return needs(&registry::ReasonCode::needs_approver);
  }
  TW_CHECK(false);
  return {};
}

std::optional<std::int64_t> EventView::number(Field field) {
  if (field == Field::rows) return event_.rows;
  if (field == Field::duty_minutes_outside && duty().duty != registry::Duty::unknown) return duty().minutes_outside;
  return std::nullopt;
}

bool EventView::exists(Field field) {
  const std::string_view value = text(field);
  if (info(field).kind == FieldKind::word) return value != "unknown" && value != "none";
  return !value.empty();
}

const LocalTime& EventView::local() {
  if (!local_) local_ = registry_.zone().local(event_.time);
  return *local_;
}

const registry::DutyState& EventView::duty() {
  if (!duty_) duty_ = registry_.duty(event_.officer, event_.agency, event_.unit, event_.time);
  return *duty_;
}

const registry::Officer* EventView::officer() {
  if (!officer_) officer_ = registry_.officer(event_.officer);
  return *officer_;
}

const registry::ReasonCode* EventView::reason_code() {
  if (!reason_code_) reason_code_ = registry_.reason(event_.system, event_.channel, event_.reason_code);
  return *reason_code_;
}

std::string_view EventView::officer_status() {
  const registry::Officer* who = officer();
  if (who == nullptr) return "unknown";
  if (who->from && local().day < *who->from) return "not-yet";
  if (who->until && *who->until < local().day) return "left";
  return "active";
}

std::string_view EventView::needs(bool registry::ReasonCode::* what) {
  const registry::ReasonCode* code = reason_code();
  if (code == nullptr) return "unknown";
  return code->*what ? "true" : "false";
}

std::string_view EventView::write(std::int64_t number) {
  const auto end = std::to_chars(digits_.data(), digits_.data() + digits_.size(), number).ptr;
  return {digits_.data(), static_cast<std::size_t>(end - digits_.data())};
}

}  // namespace trailwatch::rules
