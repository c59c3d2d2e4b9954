#include "registry/case_register.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "trailwatch/base/text.h"

namespace trailwatch::registry {

namespace {

// 113偵字第12號 has five digits; year and running number together never have fewer.
constexpr std::size_t kDigitsMin = 5;
constexpr std::size_t kCharactersMax = 40;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return c >= 'A' && c <= 'Z';
}

// What a listed subject can be compared with: a list of persons says nothing about cars, one of ids nothing about
// names. All texts here are keys.
enum class Shape { id, ascii, text };

// Ids of persons (身分證, 統一證號): a letter, a letter or digit, eight digits.
bool is_person_id(std::string_view text) {
  return text.size() == 10 && is_letter(text[0]) && (is_letter(text[1]) || is_digit(text[1])) &&
         std::all_of(text.begin() + 2, text.end(), is_digit);
}

Shape shape_of(std::string_view text) {
  if (is_person_id(text)) return Shape::id;
  const bool ascii = std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  return ascii ? Shape::ascii : Shape::text;
}

struct Named {
  bool comparable = false;
  bool found = false;
};

Named named(const Case& record, std::string_view subject) {
  Named out;
  if (subject.empty()) return out;
  const Shape shape = shape_of(subject);
  for (const std::string& listed : record.subjects) {
    out.comparable = out.comparable || shape_of(listed) == shape;
    out.found = out.found || listed == subject;
  }
  return out;
}

// The officer's own case wherever they work now, or one of the unit they work for: as the trail says, or as the staff
// file does. A case without a unit belongs to its whole agency, one without an agency to everybody.
bool belongs(const Case& record, const CaseQuestion& question, const Officer* officer) {
  if (!record.officer.empty() && record.officer == question.officer) return true;
  const auto of = [&](std::string_view agency, std::string_view unit) {
    return (record.agency.empty() || record.agency == agency) && (record.unit.empty() || record.unit == unit);
  };
  return of(question.agency, question.unit) || (officer != nullptr && of(officer->agency, officer->unit));
}

CaseAnswer judge(const Case& record, const CaseQuestion& question, const Officer* officer, int grace_days) {
  CaseAnswer out;
  out.record = &record;
  const Named subject = named(record, question.subject);
  out.names_subject = subject.found;
  out.own = !record.officer.empty() && record.officer == question.officer;
  if (record.closed && *record.closed < question.day) out.days_closed = question.day.days - record.closed->days;
  if (!belongs(record, question, officer)) {
    out.match = CaseMatch::other_unit;
  } else if (record.opened && question.day < *record.opened) {
    out.match = CaseMatch::not_yet_open;
  } else if (out.days_closed > grace_days) {
    out.match = CaseMatch::closed;
  } else if (subject.comparable && !subject.found) {
    out.match = CaseMatch::other_subject;
  } else {
    out.match = CaseMatch::fits;
  }
  return out;
}

}  // namespace

void CaseRegister::read(ReferenceRows& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::size_t before_row = rows.complaints();
    Case record;
    record.number = key_of(rows.cell(i, "case_no"));
    record.agency = rows.cell(i, "agency");
    record.unit = rows.cell(i, "unit");
    record.officer = key_of(rows.cell(i, "officer"));
    record.opened = rows.day(i, "opened");
    record.closed = rows.day(i, "closed");
    record.kind = rows.cell(i, "kind");
    for (const std::string& subject : list_of(rows.cell(i, "subjects"))) record.subjects.push_back(key_of(subject));
    if (rows.complaints() != before_row) continue;
    if (record.number.empty()) {
      rows.complain(i, "未填 case_no");
    } else if (record.opened && record.closed && *record.closed < *record.opened) {
      rows.complain(i, "closed 早於 opened");
    } else {
      agencies_[key_of(record.agency)] = true;
      // A case without a date has always been there.
      series_.add(key_of(record.agency), record.number,
                  record.opened ? record.opened->days : std::numeric_limits<std::int32_t>::min());
      cases_[record.number].push_back(std::move(record));
    }
  }
  series_.sort();
}

CaseAnswer CaseRegister::ask(CaseQuestion question, const Officer* officer, int grace_days) const {
  CaseAnswer out;
  if (trim(question.number).empty()) return out;
  const std::vector<Case>* records = find(cases_, question.number);
  if (records == nullptr) {
    out.match = without_record(question, officer);
    return out;
  }
  std::string subject, handler;
  question.subject = as_key(question.subject, subject);
  question.officer = as_key(question.officer, handler);
  for (const Case& record : *records) {
    const CaseAnswer next = judge(record, question, officer, grace_days);
    if (out.record == nullptr || std::pair(next.match, next.own) > std::pair(out.match, out.own)) out = next;
  }
  return out;
}

CaseMatch CaseRegister::without_record(const CaseQuestion& question, const Officer* officer) const {
  const std::string number = key_of(question.number);
  if (!reads_like_a_number(number)) return CaseMatch::malformed;
  const auto stands_in_series_of = [&](std::string_view agency) {
    return series_.holds(key_of(agency), number, question.day.days);
  };
  if (stands_in_series_of(question.agency) || (officer != nullptr && stands_in_series_of(officer->agency)))
    return CaseMatch::unregistered;
  const bool kept = find(agencies_, question.agency) != nullptr ||
                    (officer != nullptr && find(agencies_, officer->agency) != nullptr);
  return kept ? CaseMatch::unknown : CaseMatch::no_register;
}

bool CaseRegister::may_differ(const CaseRegister& other, std::string_view number,
                              const std::vector<std::string_view>& agencies, LocalDay day) const {
  if (trim(number).empty()) return false;
  const std::vector<Case>*mine = find(cases_, number), *theirs = find(other.cases_, number);
  if (mine != nullptr && theirs != nullptr) return *mine != *theirs;
  if (mine != theirs) return true;
  const std::string key = key_of(number);
  return std::any_of(agencies.begin(), agencies.end(), [&](std::string_view agency) {
    const std::string kept = key_of(agency);
    return (find(agencies_, agency) == nullptr) != (find(other.agencies_, agency) == nullptr) ||
           series_.holds(kept, key, day.days) != other.series_.holds(kept, key, day.days);
  });
}

bool reads_like_a_number(std::string_view number) {
  std::string digits;
  std::size_t characters = 0;
  for (const char c : number) {
    if (is_digit(c)) digits += c;
    if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) ++characters;
  }
  if (digits.size() < kDigitsMin || characters > kCharactersMax) return false;
  bool alike = true, counting = true;
  for (std::size_t i = 1; i < digits.size(); ++i) {
    alike = alike && digits[i] == digits[0];
    counting = counting && (digits[i] - '0') == (digits[i - 1] - '0' + 1) % 10;
  }
  return !alike && !counting;
}

}  // namespace trailwatch::registry
