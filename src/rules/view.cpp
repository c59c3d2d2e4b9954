#include "rules/view.h"

#include <algorithm>
#include <charconv>

#include "trailwatch/base/check.h"
#include "trailwatch/base/text.h"

namespace trailwatch::rules {

namespace {

std::string_view yes_or_no(std::optional<bool> value) {
  if (!value) return "unknown";
  return *value ? "true" : "false";
}

}  // namespace

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
    case Field::duty_minutes_outside:
    case Field::reason_length:
    case Field::case_days_closed:
    case Field::officer_days_in_post: {
      const auto value = number(field);
      return value ? write(*value) : std::string_view{};
    }
    case Field::duty_state:
      return registry::to_text(duty().duty);
    case Field::officer_role:
      return officer() ? std::string_view(officer()->role) : std::string_view{};
    case Field::officer_status:
      return to_text(registry_.status(event_.officer, local().day));
    case Field::officer_watched:
      return registry_.watched(event_.officer, local().day) ? "true" : "false";
    case Field::reason_quality:
      return to_text(placeholders_.judge(event_.reason));
    case Field::reason_needs_case:
      return yes_or_no(needs(&registry::ReasonCode::needs_case));
    case Field::reason_needs_approver:
      return yes_or_no(needs(&registry::ReasonCode::needs_approver));
    case Field::officer_privileged:
      return yes_or_no(officer() ? std::optional(officer()->privileged) : std::nullopt);
    case Field::officer_system_allowed:
      return yes_or_no(registry_.system_allowed(event_.officer, event_.system, event_.channel, local().day));
    case Field::account_owner:
      return to_text(registry_.owner_of(event_.account, event_.officer));
    case Field::terminal_unit:
      return to_text(registry_.place_of(event_.terminal, event_.officer, event_.agency, event_.unit, local().day));
    case Field::approver_match:
      return approver_match();
    case Field::subject_relation:
      return to_text(relation());
    case Field::subject_protected: {
      const auto why = protected_because();
      return yes_or_no(why ? std::optional(!why->empty()) : std::nullopt);
    }
    case Field::subject_protected_because:
      return protected_because().value_or(std::string_view{});
    case Field::case_match:
      return to_text(case_answer().match);
    case Field::case_kind:
      return case_answer().record == nullptr ? std::string_view{} : std::string_view(case_answer().record->kind);
    case Field::local_day:
      return text(Field::time).substr(0, std::string_view("2026-03-02").size());
    case Field::explanation:
      return to_text(verdict_of(explanation().doubt));
    case Field::explained_by:
      return to_text(explanation().by);
    case Field::doubt:
      return to_text(explanation().doubt);
  }
  TW_CHECK(false);
  return {};
}

std::optional<std::int64_t> EventView::number(Field field) {
  if (field == Field::rows) return event_.rows;
  if (field == Field::duty_minutes_outside && duty().duty != registry::Duty::unknown) return duty().minutes_outside;
  if (field == Field::reason_length) return static_cast<std::int64_t>(length(trim(event_.reason)));
  if (field == Field::officer_days_in_post && officer() != nullptr && officer()->from)
    return local().day.days - officer()->from->days;
  if (field == Field::case_days_closed && case_answer().record != nullptr) return case_answer().days_closed;
  return std::nullopt;
}

bool EventView::exists(Field field) {
  const std::string_view value = text(field);
  if (info(field).kind == FieldKind::word) {
    std::string_view rest = info(field).words_for_nothing;
    while (!rest.empty()) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      if (rest.substr(0, comma) == value) return false;
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    return true;
  }
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
  if (!officer_) {
    officer_ = registry_.officer_on(event_.officer, local().day);
    if (*officer_ == nullptr) officer_ = registry_.officer(event_.officer);
  }
  return *officer_;
}

const registry::ReasonCode* EventView::reason_code() {
  if (!reason_code_) reason_code_ = registry_.reason(event_.system, event_.channel, event_.reason_code);
  return *reason_code_;
}

const registry::CaseAnswer& EventView::case_answer() {
  if (!case_answer_) {
    case_answer_.emplace();
    if (placeholders_.judge(event_.case_no) == Quality::text) {
      case_answer_ =
          registry_.ask_case({event_.case_no, event_.officer, event_.agency, event_.unit, event_.subject, local().day});
    }
  }
  return *case_answer_;
}

registry::Relation EventView::relation() {
  return event_.subject_kind == model::SubjectKind::person
             ? registry_.relation(event_.officer, event_.subject, local().day)
             : registry::Relation::unknown;
}

std::optional<std::string_view> EventView::protected_because() {
  return registry_.protected_because(event_.subject_kind, event_.subject);
}

std::string_view EventView::approver_match() {
  if (placeholders_.judge(event_.approver) != Quality::text) return "absent";
  if (event_.approver == event_.officer) return "self";
  return registry_.status(event_.approver, local().day) == registry::StaffStatus::active ? "known" : "unknown";
}

const Explanation& EventView::explanation() {
  if (explanation_) return *explanation_;
  Facts facts;
  facts.answer = case_answer();
  facts.needs_case = needs(&registry::ReasonCode::needs_case);
  facts.needs_approver = needs(&registry::ReasonCode::needs_approver);
  facts.has_approver = approver_match() != "absent";
  facts.reason = placeholders_.judge(event_.reason);
  facts.duty = duty().duty;
  facts.status = registry_.status(event_.officer, local().day);
  facts.account = registry_.owner_of(event_.account, event_.officer);
  facts.relation = relation();
  facts.system_allowed = registry_.system_allowed(event_.officer, event_.system, event_.channel, local().day);
  facts.is_protected = !protected_because().value_or(std::string_view{}).empty();
  explanation_ = explain(facts);
  if (past_ != nullptr && repeatable(explanation_->doubt) && past_->explained_before(event_)) {
    explanation_ = Explanation{ExplainedBy::repeat, Doubt::none};
  }
  if (past_ != nullptr && explanation_->doubt == Doubt::case_missing && facts.reason == Quality::text &&
      past_->in_series(event_)) {
    explanation_ = Explanation{ExplainedBy::series, Doubt::none};
  }
  return *explanation_;
}

std::optional<bool> EventView::needs(bool registry::ReasonCode::* what) {
  const registry::ReasonCode* code = reason_code();
  return code == nullptr ? std::nullopt : std::optional(code->*what);
}

std::string_view EventView::write(std::int64_t number) {
  const auto end = std::to_chars(digits_.data(), digits_.data() + digits_.size(), number).ptr;
  return {digits_.data(), static_cast<std::size_t>(end - digits_.data())};
}

}  // namespace trailwatch::rules
