#include "app/changes.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "app/listing.h"
#include "trailwatch/base/hash.h"
#include "trailwatch/base/text.h"

namespace trailwatch::app {

namespace {

std::string digest_of(const std::vector<model::EventId>& events) {
  Sha256 hash;
  for (const model::EventId event : events) hash.add(std::to_string(event) + "\n");
  return to_hex(hash.digest(), 16);
}

store::Told told_of(const model::Alert& alert, bool listed) {
  return {alert.id, alert.day, alert.key, alert.score, alert.events, digest_of(alert.evidence), listed};
}

std::string points(double score) {
  return std::to_string(std::llround(score)) + " 分";
}

std::string rows(std::int64_t events) {
  return with_thousands(events) + " 筆";
}

// Reaches the bar that the lists have. Suppressions lower what is listed, never what is found; they do not count here.
bool is_above(const Workplace& workplace, const model::Key& key, LocalDay day, double score) {
  const bool watched = key.about == model::About::officer && workplace.registry.watched(key.name, day);
  return score >= (watched ? workplace.config.threshold_watched : workplace.config.threshold);
}

std::string whom(const Workplace& workplace, const model::Key& key) {
  return key.about == model::About::subject ? "同一查詢對象" : shown_whom(workplace, key);
}

struct Change {
  bool withdrawn = false;
  std::string sentence;
};

// `佐證由 2 筆改為 3 筆，風險分由 50 分改為 55 分`: what of it has changed.
std::string difference(const store::Told& before, const model::Alert& after, bool same_evidence) {
  std::string out;
  if (!same_evidence) {
    out = before.events == after.events ? "佐證 " + rows(after.events) + "有更動"
                                        : "佐證由 " + rows(before.events) + "改為 " + rows(after.events);
  }
  if (points(before.score) != points(after.score)) {
    out += (out.empty() ? "" : "，") + ("風險分由 " + points(before.score) + "改為 " + points(after.score));
  }
  return out;
}

// An alert as it was told and as it is; one of them may be missing.
std::optional<Change> compare(const Workplace& workplace, const store::Told* before, const model::Alert* after) {
  const bool was = before != nullptr && is_above(workplace, before->key, before->day, before->score);
  const bool is = after != nullptr && is_above(workplace, after->key, after->day, after->score);
  if (before == nullptr) {
    if (!is) return std::nullopt;
    return Change{false, "新增警示，" + points(after->score) + "，" + rows(after->events)};
  }
  if (after == nullptr) {
    if (!was || !before->listed) return std::nullopt;
    return Change{true, "警示不再成立（原 " + points(before->score) + "，" + rows(before->events) + "）"};
  }
  const bool is_same = before->evidence == digest_of(after->evidence);
  const std::string change = difference(*before, *after, is_same);
  if (is && !was) return Change{false, change};
  if (was && !is) return before->listed ? std::optional(Change{true, change + "，低於門檻"}) : std::nullopt;
  if (!is || is_same) return std::nullopt;
  if (after->events >= before->events) return Change{false, change};
  return before->listed ? std::optional(Change{true, change}) : std::nullopt;
}

Result<std::int64_t> events_of(store::Reader& reader, LocalDay day) {
  Result<std::vector<store::TallyRow>> rows_of_day = reader.tallies("", day, day);
  if (!rows_of_day) return std::move(rows_of_day).error();
  std::int64_t out = 0;
  for (const store::TallyRow& row : *rows_of_day) out += row.events;
  return out;
}

void compare_day(const Workplace& workplace, const store::ToldDay& before, const std::vector<model::Alert>& alerts,
                 report::DailyReport& out, store::ToldDay& now) {
  std::map<std::string, const store::Told*> told;
  for (const store::Told& one : before.alerts) told[one.alert] = &one;
  std::map<std::string, const model::Alert*> current;
  for (const model::Alert& alert : alerts) current[alert.id] = &alert;
  std::set<std::string> ids;
  for (const auto& [id, one] : told) ids.insert(id);
  for (const auto& [id, one] : current) ids.insert(id);
  for (const std::string& id : ids) {
    const store::Told* const was = told.count(id) != 0 ? told[id] : nullptr;
    const model::Alert* const is = current.count(id) != 0 ? current[id] : nullptr;
    const std::optional<Change> change = compare(workplace, was, is);
    if (change) {
      const model::Key& key = is != nullptr ? is->key : was->key;
      out.changes.push_back({before.day, change->withdrawn, id, whom(workplace, key), change->sentence});
    }
    // Who was told of it stays told: a listed alert, or one that stood here as late.
    if (is != nullptr)
      now.alerts.push_back(told_of(*is, (was != nullptr && was->listed) || (change && !change->withdrawn)));
  }
}

}  // namespace

Result<store::ToldDay> told_of(store::Reader& reader, const report::DailyReport& report) {
  std::set<std::string> listed;
  for (const report::AlertPage& page : report.alerts) listed.insert(page.alert.id);
  Result<std::vector<model::Alert>> alerts = reader.alerts(report.day, report.day);
  if (!alerts) return std::move(alerts).error();
  Result<std::int64_t> events = events_of(reader, report.day);
  if (!events) return std::move(events).error();
  store::ToldDay out{report.day, *events, {}};
  for (const model::Alert& alert : *alerts) out.alerts.push_back(told_of(alert, listed.count(alert.id) != 0));
  return out;
}

Status find_changes(const Workplace& workplace, store::Reader& reader, LocalDay until, report::DailyReport& out,
                    std::vector<store::ToldDay>& told) {
  Result<std::vector<store::ToldDay>> before = reader.told(until.plus(-kChangesDays), until.plus(-1));
  if (!before) return std::move(before).error();
  for (const store::ToldDay& day : *before) {
    Result<std::vector<model::Alert>> alerts = reader.alerts(day.day, day.day);
    if (!alerts) return std::move(alerts).error();
    Result<std::int64_t> events = events_of(reader, day.day);
    if (!events) return std::move(events).error();
    store::ToldDay now{day.day, *events, {}};
    compare_day(workplace, day, *alerts, out, now);
    if (*events > day.events) out.late.push_back({day.day, *events - day.events});
    told.push_back(std::move(now));
  }
  return Done{};
}

}  // namespace trailwatch::app
