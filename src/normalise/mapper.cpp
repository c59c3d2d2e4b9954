#include "normalise/mapper.h"

#include <charconv>

#include "trailwatch/base/check.h"
#include "trailwatch/base/files.h"
#include "trailwatch/base/text.h"

namespace trailwatch::normalise {

namespace {

using model::LookupBy;
using model::QueryEvent;
using model::SubjectKind;

void pick(const Value& value, const Row& row, std::string& out) {
  out.clear();
  switch (value.from) {
    case Value::From::constant:
      out = value.constant;
      return;
    case Value::From::columns:
      for (const Slot slot : value.slots) {
        const std::string_view text = trimmed(row.values[slot]);
        if (text.empty()) continue;
        out.assign(text);
        return;
      }
      return;
    case Value::From::join:
      for (const Slot slot : value.slots) {
        const std::string_view text = trimmed(row.values[slot]);
        if (text.empty() && value.whole) {
          out.clear();
          return;
        }
        if (text.empty()) continue;
        if (!out.empty()) out += value.separator;
        out += text;
      }
      return;
  }
}

void evaluate(const Value& value, const Row& row, std::string& out) {
  pick(value, row, out);
  clean(out, value.steps);
  if (value.has_table && !out.empty()) {
    const auto found = value.table.find(out);
    if (found != value.table.end()) {
      out = found->second;
    } else if (value.otherwise != Value::Otherwise::keep) {
      out = value.otherwise_constant;
    }
  }
  if (out.empty()) out = value.fallback;
}

std::vector<std::string> match_groups(const re2::RE2* pattern, std::string_view file) {
  if (pattern == nullptr) return {};
  const std::string_view name = base_name(file);
  std::vector<re2::StringPiece> found(static_cast<std::size_t>(pattern->NumberOfCapturingGroups()) + 1);
  const re2::StringPiece text(name.data(), name.size());
  if (!pattern->Match(text, 0, text.size(), re2::RE2::UNANCHORED, found.data(), static_cast<int>(found.size())))
    return {};
  std::vector<std::string> groups;
  for (const re2::StringPiece& group : found) groups.emplace_back(group.data() == nullptr ? "" : group.as_string());
  return groups;
}

}  // namespace

Mapper::Mapper(const Profile::Impl& profile, const model::Origin& origin)
    : profile_(profile), source_(origin.source), groups_(match_groups(profile.file_name.get(), origin.file)) {}

std::optional<Fault> Mapper::map(const Row& row, QueryEvent& event) {
  if (auto fault = map_time(row, event)) return fault;
  for (const TextField& field : profile_.text_fields) evaluate(field.value, row, event.*field.member);
  map_subject(row, event);
  if (auto fault = map_rows(row, event)) return fault;
  return check_required(event);
}

std::optional<Fault> Mapper::map_time(const Row& row, QueryEvent& event) {
  std::string_view text;
  if (profile_.time_slots.size() == 1) {
    text = trimmed(row.values[profile_.time_slots[0]]);
  } else {
    time_.clear();
    for (const Slot slot : profile_.time_slots) {
      if (!time_.empty()) time_ += ' ';
      time_ += trimmed(row.values[slot]);
    }
    text = trimmed(time_);
  }
  if (text.empty()) return missing_field("查詢時間");
  if (profile_.time_form.kind() == TimeForm::Kind::pattern) {
    const std::optional<LocalTime> local = profile_.time_form.local(text);
    if (!local) return bad_time(text);
    event.time = profile_.input_zone->instant(*local);
    event.offset_minutes = profile_.input_zone->offset_minutes(event.time);
    return std::nullopt;
  }
  const std::optional<OffsetInstant> got = profile_.time_form.instant(text);
  if (!got) return bad_time(text);
  event.time = got->instant;
  const bool has_offset = profile_.time_form.kind() == TimeForm::Kind::rfc3339;
  event.offset_minutes =
      has_offset || !profile_.input_zone ? got->offset_minutes : profile_.input_zone->offset_minutes(got->instant);
  return std::nullopt;
}

void Mapper::map_subject(const Row& row, QueryEvent& event) {
  event.subject_kind = SubjectKind::none;
  event.lookup_by = LookupBy::unknown;
  for (const SubjectChoice& choice : profile_.subject) {
    evaluate(choice.value, row, event.subject);
    if (event.subject.empty()) continue;
    event.subject_kind = choice.kind;
    event.lookup_by = choice.by;
    break;
  }
  if (profile_.subject_kind) {
    evaluate(*profile_.subject_kind, row, scratch_);
    event.subject_kind = model::find_subject_kind(scratch_).value_or(event.subject_kind);
  }
  if (profile_.lookup_by) {
    evaluate(*profile_.lookup_by, row, scratch_);
    event.lookup_by = model::find_lookup_by(scratch_).value_or(event.lookup_by);
  }
}

std::optional<Fault> Mapper::map_rows(const Row& row, QueryEvent& event) {
  event.rows.reset();
  if (!profile_.rows) return std::nullopt;
  evaluate(*profile_.rows, row, scratch_);
  if (scratch_.empty()) return std::nullopt;
  std::int64_t number = 0;
  const char* const end = scratch_.data() + scratch_.size();
  const auto [rest, error] = std::from_chars(scratch_.data(), end, number);
  if (error != std::errc{} || rest != end) return bad_number(to_chinese(Field::rows), scratch_);
  event.rows = number;
  return std::nullopt;
}

std::optional<Fault> Mapper::check_required(const QueryEvent& event) const {
  for (const Field field : profile_.required) {
    const auto text = member(field);
    const bool given = text != nullptr                ? !(event.*text).empty()
                       : field == Field::lookup_by    ? event.lookup_by != LookupBy::unknown
                       : field == Field::subject_kind ? event.subject_kind != SubjectKind::none
                                                      : event.rows.has_value();
    if (!given) return missing_field(to_chinese(field));
  }
  return std::nullopt;
}

const std::string& Mapper::local_day(const QueryEvent& event) {
  // Without a zone of its own the source's day is that of the stamp as written.
  const LocalDay day = profile_.input_zone ? profile_.input_zone->local(event.time).day
                                           : Zone::fixed(event.offset_minutes).local(event.time).day;
  if (day_ != day) {
    day_ = day;
    day_text_ = format_day(day);
  }
  return day_text_;
}

// False when the piece gives nothing.
bool Mapper::append(const KeyPiece& piece, const Row& row, const QueryEvent& event, std::string& out) {
  const std::size_t before = out.size();
  const auto group = static_cast<std::size_t>(piece.group);
  switch (piece.from) {
    case KeyPiece::From::literal:
      out += piece.text;
      break;
    case KeyPiece::From::column:
      out += trimmed(row.values[piece.slot]);
      break;
    case KeyPiece::From::day:
      out += local_day(event);
      break;
    case KeyPiece::From::source:
      out += source_;
      break;
    case KeyPiece::From::file:
      if (group < groups_.size()) out += groups_[group];
      break;
    case KeyPiece::From::file_day:
      if (group >= groups_.size()) break;
      if (const auto local = piece.form->local(groups_[group])) out += format_day(local->day);
      break;
  }
  return out.size() > before;
}

void Mapper::key(const Row& row, const QueryEvent& event, model::RecordKey& out) {
  out.scope.clear();
  out.number.clear();
  if (!profile_.number) return;
  bool first = true;
  for (const KeyPart& part : profile_.scope) {
    if (!first) out.scope += '|';
    first = false;
    for (const KeyAlternatives& alternatives : part) {
      bool given = false;
      for (const KeyPiece& piece : alternatives) {
        given = append(piece, row, event, out.scope);
        if (given) break;
      }
      if (!given) {
        out.scope.clear();
        return;
      }
    }
  }
  out.number.assign(trimmed(row.values[*profile_.number]));
  if (out.number.empty()) out.scope.clear();
}

}  // namespace trailwatch::normalise
