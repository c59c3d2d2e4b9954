#include "rules/test_case.h"

#include <algorithm>

#include "rules/read.h"
#include "trailwatch/base/text.h"

namespace trailwatch::rules {

namespace {

// `2026-03-02T23:00`, seconds optional, in the case's zone; or with an offset of its own.
std::optional<OffsetInstant> read_time(std::string_view text, const Zone& zone) {
  if (const auto exact = parse_rfc3339(text)) return exact;
  std::string whole(text);
  if (whole.size() == 16) whole += ":00";
  // Read as if it were UTC, then taken as what a clock of the zone shows.
  const auto wall = parse_rfc3339(whole + "Z");
  if (!wall) return std::nullopt;
  const Instant instant = zone.instant(Zone::fixed(0).local(wall->instant));
  return OffsetInstant{instant, zone.offset_minutes(instant)};
}

struct TextField {
  std::string_view name;
  std::string model::QueryEvent::* member;
};
constexpr TextField kTexts[] = {
    {"system", &model::QueryEvent::system},
    {"channel", &model::QueryEvent::channel},
    {"agency", &model::QueryEvent::agency},
    {"unit", &model::QueryEvent::unit},
    {"officer", &model::QueryEvent::officer},
    {"account", &model::QueryEvent::account},
    {"terminal", &model::QueryEvent::terminal},
    {"action", &model::QueryEvent::action},
    {"subject", &model::QueryEvent::subject},
    {"subject_name", &model::QueryEvent::subject_name},
    {"officer_name", &model::QueryEvent::officer_name},
    {"reason_code", &model::QueryEvent::reason_code},
    {"reason", &model::QueryEvent::reason},
    {"case_no", &model::QueryEvent::case_no},
    {"approver", &model::QueryEvent::approver},
};

void read_events(MapReader& reader, TestCase& out, Problems& problems) {
  model::QueryEvent defaults;
  if (const Yaml* map = reader.any("defaults")) read_event(*map, out.zone, defaults, problems);
  for (const Yaml& item : reader.list("events")) {
    model::QueryEvent event = defaults;
    const std::int64_t repeat = read_event(item, out.zone, event, problems);
    for (std::int64_t i = 0; i < repeat; ++i) {
      out.events.push_back(event);
      event.time.micros += kMicrosPerSecond;
    }
  }
}

// `{officers: [A1, A2], days: 2026-03-02..2026-03-06, count: 10, of: 40}`: so many look-ups by each of them on each of
// these days, of so many in all (the same if it is not said).
void read_history(const Yaml& item, TestCase& out, Problems& problems) {
  MapReader reader(item, "history", problems);
  const auto officers = reader.texts("officers");
  const std::string agency = reader.text("agency").value_or(""), unit = reader.text("unit").value_or("");
  const std::string days = reader.text("days").value_or("");
  const std::int64_t count = reader.integer("count", 0, 1'000'000).value_or(0);
  const std::int64_t whole = std::max(count, reader.integer("of", 1, 1'000'000).value_or(count));
  for (const char* key : {"officers", "days", "count"}) reader.require(key);
  reader.finish();
  const std::size_t dots = days.find("..");
  const auto from = parse_day(days.substr(0, dots));
  const auto until = dots == std::string::npos ? from : parse_day(days.substr(dots + 2));
  if (!days.empty() && (!from || !until || *until < *from || until->days - from->days > 400)) {
    problems.error(reader.place("days"), "not a day or a range such as 2026-03-02..2026-03-06");
    return;
  }
  if (!from || !until) return;
  for (const std::string& officer : officers) {
    for (LocalDay day = *from; day <= *until; day = day.plus(1)) {
      out.history.push_back(HistoryRow{officer, agency, unit, day, count, whole});
    }
  }
}

void read_expected(const Yaml& map, TestCase& out, Problems& problems) {
  MapReader reader(map, "expect", problems);
  const auto count = reader.integer("count", 0, 1'000'000);
  out.sentence = reader.text("sentence");
  for (const Yaml& item : reader.list("findings")) {
    MapReader entry(item, "findings", problems);
    ExpectedFinding finding;
    for (const char* key : {"officer", "subject", "unit", "source"}) {
      if (finding.name.empty()) finding.name = entry.text(key).value_or("");
      entry.ignore(key);
    }
    if (finding.name.empty() && entry.ok())
      problems.error(item.place, "\"officer\" is missing", "or subject, unit, source");
    finding.day = entry.day("day").value_or(LocalDay{});
    finding.events = entry.integer("events", 1, 1'000'000).value_or(0);
    finding.completing = entry.integer("completing", 1, 1'000'000);
    for (const char* key : {"day", "events"}) entry.require(key);
    entry.finish();
    out.findings.push_back(std::move(finding));
  }
  out.count = count.value_or(static_cast<std::int64_t>(out.findings.size()));
  if (!reader.has("count") && !reader.has("findings")) problems.error(map.place, "give \"count\" or \"findings\"");
  reader.finish();
}

}  // namespace

std::int64_t read_event(const Yaml& map, const Zone& zone, model::QueryEvent& event, Problems& problems) {
  MapReader reader(map, "events", problems);
  for (const TextField& field : kTexts) {
    const Yaml* value = reader.any(field.name);
    if (value == nullptr) continue;
    if (value->is_map() || value->is_list()) problems.error(value->place, "expected a text");
    event.*field.member = value->text;
  }
  if (const auto by = reader.text("lookup_by")) {
    const auto found = model::find_lookup_by(*by);
    if (!found) problems.error(reader.place("lookup_by"), "unknown lookup_by " + quoted(*by));
    event.lookup_by = found.value_or(model::LookupBy::unknown);
  }
  if (const auto kind = reader.text("subject_kind")) {
    const auto found = model::find_subject_kind(*kind);
    if (!found) problems.error(reader.place("subject_kind"), "unknown subject_kind " + quoted(*kind));
    event.subject_kind = found.value_or(model::SubjectKind::none);
  }
  if (reader.has("rows")) event.rows = reader.integer("rows", 0, 1'000'000'000);
  if (const auto time = reader.text("time")) {
    const auto instant = read_time(*time, zone);
    if (!instant) problems.error(reader.place("time"), "not a time such as 2026-03-02T23:00");
    event.time = instant.value_or(OffsetInstant{}).instant;
    event.offset_minutes = instant.value_or(OffsetInstant{}).offset_minutes;
  }
  const std::int64_t repeat = reader.integer("repeat", 1, 10'000).value_or(1);
  reader.finish();
  return repeat;
}

void read_reference(const Yaml& map, registry::ReferenceTexts& out, Problems& problems) {
  MapReader reader(map, "reference", problems);
  const auto take = [&](const char* key, std::optional<std::string>& text) {
    const Yaml* value = reader.any(key);
    if (value == nullptr) return;
    if (!value->is_scalar()) problems.error(value->place, "expected the text of a CSV file");
    text = value->text;
  };
  take("staff", out.staff);
  take("calendar", out.calendar);
  take("shifts", out.shifts);
  take("leave", out.leave);
  take("cases", out.cases);
  take("terminals", out.terminals);
  take("protected", out.protected_subjects);
  take("watchlist", out.watchlist);
  take("reasons", out.reasons);
  reader.finish();
}

std::vector<TestCase> read_tests(const Yaml& tests, Problems& problems) {
  std::vector<TestCase> out;
  if (!tests.is_list()) {
    problems.error(tests.place, "\"x-tests\" must be a list");
    return out;
  }
  for (const Yaml& item : tests.items) {
    MapReader reader(item, "x-tests", problems);
    TestCase test;
    test.name = reader.text("name").value_or("");
    const std::string zone_name = reader.text("zone").value_or("Asia/Taipei");
    auto zone = Zone::find(zone_name);
    if (zone) {
      test.zone = *zone;
    } else {
      problems.error(reader.place("zone"), "unknown zone " + quoted(zone_name));
    }
    if (const Yaml* map = reader.any("reference")) read_reference(*map, test.reference, problems);
    read_events(reader, test, problems);
    for (const Yaml& row : reader.list("history")) read_history(row, test, problems);
    test.day = reader.day("day");
    if (!test.history.empty() && !reader.has("day")) problems.error(item.place, "a history needs a \"day\"");
    for (const char* key : {"name", "expect"}) reader.require(key);
    if (const Yaml* map = reader.any("expect")) read_expected(*map, test, problems);
    reader.finish();
    out.push_back(std::move(test));
  }
  return out;
}

}  // namespace trailwatch::rules
