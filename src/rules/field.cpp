#include "rules/field.h"

#include <array>

#include "trailwatch/base/check.h"

namespace trailwatch::rules {

namespace {

constexpr std::array<FieldInfo, 44> kFields = {{
    {"time", FieldKind::time, false, ""},
    {"system", FieldKind::text, false, ""},
    {"channel", FieldKind::text, false, ""},
    {"agency", FieldKind::text, false, ""},
    {"unit", FieldKind::text, false, ""},
    {"officer", FieldKind::text, false, ""},
    {"account", FieldKind::text, false, ""},
    {"terminal", FieldKind::text, false, ""},
    {"action", FieldKind::text, false, ""},
    {"lookup_by", FieldKind::word, false, "unknown,id,name,plate,address,parcel"},
    {"subject_kind", FieldKind::word, false, "none,person,vehicle,parcel"},
    {"subject", FieldKind::text, false, ""},
    {"subject_name", FieldKind::text, false, ""},
    {"officer_name", FieldKind::text, false, ""},
    {"reason_code", FieldKind::text, false, ""},
    {"reason", FieldKind::text, false, ""},
    {"case_no", FieldKind::text, false, ""},
    {"approver", FieldKind::text, false, ""},
    {"rows", FieldKind::number, false, ""},
    {"duty.state", FieldKind::word, true, "on,off,holiday,leave,unknown"},
    {"duty.minutes_outside", FieldKind::number, true, ""},
    {"officer.role", FieldKind::text, true, ""},
    {"officer.status", FieldKind::word, true, "active,unknown,not-yet,left"},
    {"officer.watched", FieldKind::word, true, "true,false"},
    {"reason.quality", FieldKind::word, true, "blank,punctuation,placeholder,text"},
    {"reason.needs_case", FieldKind::word, true, "true,false,unknown"},
    {"reason.needs_approver", FieldKind::word, true, "true,false,unknown"},
    {"reason.length", FieldKind::number, true, ""},
    {"officer.privileged", FieldKind::word, true, "true,false,unknown"},
    {"officer.system_allowed", FieldKind::word, true, "true,false,unknown"},
    {"account.owner", FieldKind::word, true, "own,other,unknown"},
    {"terminal.unit", FieldKind::word, true, "own,other-unit,other-agency,unknown"},
    {"approver.match", FieldKind::word, true, "absent,self,known,unknown", "absent"},
    {"subject.relation", FieldKind::word, true, "self,colleague,none,unknown", "unknown"},
    {"subject.protected", FieldKind::word, true, "true,false,unknown"},
    {"subject.protected_because", FieldKind::text, true, ""},
    {"case.match", FieldKind::word, true,
     "absent,no-register,malformed,unknown,unregistered,other-unit,not-yet-open,closed,other-subject,fits",
     "absent,no-register"},
    {"case.days_closed", FieldKind::number, true, ""},
    {"case.kind", FieldKind::text, true, ""},
    {"local.day", FieldKind::text, true, ""},
    {"officer.days_in_post", FieldKind::number, true, ""},
    {"explanation", FieldKind::word, true, "explained,unexplained,suspicious"},
    {"explained_by", FieldKind::word, true, "none,case,team-case,application,duty,repeat,series"},
    {"doubt", FieldKind::word, true,
     "none,self,protected,case-missing,case-unknown,case-unregistered,case-other-unit,case-closed,case-other-subject,"
     "case-malformed,"
     "case-not-open,no-approval,not-on-staff,other-account,system-not-allowed,reason-poor,reason-unknown,off-duty,"
     "duty-unknown"},
}};

}  // namespace

const FieldInfo& info(Field field) {
  const auto at = static_cast<std::size_t>(field);
  TW_CHECK(at < kFields.size());
  return kFields[at];
}

std::optional<Field> find_field(std::string_view name) {
  for (std::size_t i = 0; i < kFields.size(); ++i) {
    if (kFields[i].name == name) return static_cast<Field>(i);
  }
  return std::nullopt;
}

const std::vector<std::string>& field_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> out;
    for (const FieldInfo& field : kFields) out.emplace_back(field.name);
    return out;
  }();
  return names;
}

const std::vector<Field>& keyword_fields() {
  static const std::vector<Field> fields = [] {
    std::vector<Field> out;
    for (std::size_t i = 0; i < kFields.size(); ++i) {
      if (kFields[i].kind == FieldKind::text && !kFields[i].derived) out.push_back(static_cast<Field>(i));
    }
    return out;
  }();
  return fields;
}

}  // namespace trailwatch::rules
