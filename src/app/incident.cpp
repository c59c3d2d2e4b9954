#include "app/incident.h"

#include <charconv>
#include <map>
#include <set>

#include "app/lookups.h"
#include "app/sampling.h"
#include "trailwatch/base/text.h"

namespace trailwatch::app {

namespace {

constexpr std::int64_t kNoticeHours = 72;
constexpr std::int64_t kNoticeHoursMax = 24 * 366;
constexpr std::size_t kCodeDigits = 8;

std::string kind_word(model::SubjectKind kind) {
  switch (kind) {
    case model::SubjectKind::person:
      return "人";
    case model::SubjectKind::vehicle:
      return "車輛";
    case model::SubjectKind::parcel:
      return "地號";
    case model::SubjectKind::none:
      break;
  }
  return "未記載";
}

// Half of the token: enough to tell subjects of one incident apart, too little to be looked for in the store.
std::string code_of(vault::Token token) {
  std::string digits;
  for (int shift = 60; shift >= 0; shift -= 4) {
    digits += "0123456789abcdef"[(static_cast<std::uint64_t>(token) >> static_cast<unsigned>(shift)) & 15U];
  }
  return digits.substr(0, kCodeDigits) + "****";
}

class Counting {
 public:
  Counting(const Workplace& workplace, store::Reader& reader) : workplace_(workplace), reader_(reader) {}

  Status add(const store::StoredEvent& stored) {
    Result<std::optional<vault::Token>> token = reader_.subject_token(stored.id);
    if (!token) return std::move(token).error();
    const report::EvidenceRow shown = shown_lookup(workplace_, stored.event);
    report::IncidentLookup row{shown.time,        shown.system,         shown.action,  *token ? code_of(**token) : "",
                               shown.subject,     shown.reason,         shown.case_no, shown.terminal,
                               stored.event.rows, event_code(stored.id)};
    const std::string kind = kind_word(stored.event.subject_kind);
    count(lines_[{row.system, kind}], *token, stored.event.rows);
    count(actions_[{row.system, row.action}], *token, stored.event.rows);
    if (*token) {
      subject(**token, kind, row);
      if (stored.event.subject_kind == model::SubjectKind::person) persons_.insert(**token);
    } else {
      ++out_.without_subject;
    }
    out_.lookups.push_back(std::move(row));
    return Done{};
  }

  report::Incident finish() {
    out_.persons = static_cast<std::int64_t>(persons_.size());
    out_.subjects = static_cast<std::int64_t>(out_.list.size());
    for (const auto& [key, tally] : lines_) out_.lines.push_back(line(key, tally));
    for (const auto& [key, tally] : actions_) out_.actions.push_back(line(key, tally));
    return std::move(out_);
  }

 private:
  struct Tally {
    std::int64_t lookups = 0, rows = 0;
    std::set<vault::Token> subjects;
  };

  static void count(Tally& to, const std::optional<vault::Token>& token, const std::optional<std::int64_t>& rows) {
    ++to.lookups;
    to.rows += rows.value_or(0);
    if (token) to.subjects.insert(*token);
  }

  static report::ExposureLine line(const std::pair<std::string, std::string>& key, const Tally& tally) {
    return {key.first, key.second, tally.lookups, static_cast<std::int64_t>(tally.subjects.size()), tally.rows};
  }

  void subject(vault::Token token, const std::string& kind, const report::IncidentLookup& row) {
    const auto [at, is_new] = places_.try_emplace(token, out_.list.size());
    if (is_new) out_.list.push_back({row.code, kind, row.subject, row.system, row.time, row.time, 0});
    report::ExposedSubject& one = out_.list[at->second];
    ++one.lookups;
    one.last = row.time;
    if (one.subject.empty()) one.subject = row.subject;
    if (systems_[token].insert(row.system).second && !is_new) one.systems += "、" + row.system;
  }

  const Workplace& workplace_;
  store::Reader& reader_;
  report::Incident out_;
  std::map<std::pair<std::string, std::string>, Tally> lines_, actions_;
  std::map<vault::Token, std::size_t> places_;
  std::map<vault::Token, std::set<std::string>> systems_;
  std::set<vault::Token> persons_;
};

std::string word_of(const std::map<std::string, std::string>& words, const std::string& key) {
  const auto found = words.find(key);
  return found == words.end() ? "" : found->second;
}

}  // namespace

Result<report::Incident> gather_incident(const Workplace& workplace, store::Reader& reader,
                                         const IncidentScope& scope) {
  Result<std::vector<store::StoredEvent>> events = events_in_order(reader, scope.events);
  if (!events) return std::move(events).error();
  Counting counting(workplace, reader);
  for (const store::StoredEvent& event : *events) {
    if (Status added = counting.add(event); !added) return std::move(added).error();
  }
  report::Incident out = counting.finish();
  out.agency = workplace.config.agency;
  out.about = scope.about;
  out.whom = scope.whom;
  return out;
}

report::NoticeClock notice_clock(const Workplace& workplace, LocalTime known_at, Instant now) {
  const std::map<std::string, std::string>& words = workplace.words.incident;
  report::NoticeClock out;
  out.known_at = known_at;
  out.hours = kNoticeHours;
  const std::string hours = word_of(words, "notice_hours"), law = word_of(words, "law"),
                    as_of = word_of(words, "as_of");
  std::int64_t given = 0;
  const auto [end, failed] = std::from_chars(hours.data(), hours.data() + hours.size(), given);
  if (failed == std::errc() && end == hours.data() + hours.size() && given > 0 && given <= kNoticeHoursMax) {
    out.hours = given;
  }
  out.law =
      law.empty() ? "未登錄法規依據（words.json 之 incident）；暫以 " + std::to_string(out.hours) + " 小時計" : law;
  if (!law.empty() && !as_of.empty()) out.law += "（法規資料日期 " + as_of + "）";
  const Instant ends{workplace.zone.instant(known_at).micros + out.hours * kMicrosPerHour};
  out.ends = workplace.zone.local(ends);
  const std::int64_t left = ends.micros - now.micros;
  // Whole minutes, cut towards less: nobody is told of more time than there is.
  out.remaining_minutes = left / kMicrosPerMinute - (left % kMicrosPerMinute < 0 ? 1 : 0);
  return out;
}

std::optional<LocalTime> parse_local_minute(const std::string& text) {
  if (text.size() != 16 || (text[10] != 'T' && text[10] != ' ') || text[13] != ':') return std::nullopt;
  const std::optional<LocalDay> day = parse_day(text.substr(0, 10));
  const auto two = [&](std::size_t at) -> int {
    const char a = text[at], b = text[at + 1];
    return a < '0' || a > '9' || b < '0' || b > '9' ? -1 : (a - '0') * 10 + (b - '0');
  };
  const int hour = two(11), minute = two(14);
  if (!day || hour < 0 || hour > 23 || minute < 0 || minute > 59) return std::nullopt;
  return LocalTime{*day, (hour * 60 + minute) * kMicrosPerMinute};
}

}  // namespace trailwatch::app
