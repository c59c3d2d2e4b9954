#include "app/announcer.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/listing.h"
#include "app/messages.h"
#include "trailwatch/alert/compose.h"
#include "trailwatch/base/text.h"
#include "trailwatch/deliver/siem.h"
#include "trailwatch/vault/mask.h"

namespace trailwatch::app {

namespace {

report::AlertPage page_of(const Workplace& workplace, const AlertDesk& desk, const model::Alert& alert) {
  report::AlertPage page;
  page.alert = alert;
  page.first = workplace.zone.local(alert.first);
  page.last = workplace.zone.local(alert.last);
  page.name = for_display(alert.key.name);
  page.evidence_withheld = true;
  const registry::Officer* const officer =
      alert.key.about == model::About::officer ? workplace.registry.officer(alert.key.name) : nullptr;
  if (alert.key.about == model::About::officer) page.name = "";
  if (officer != nullptr) {
    page.name = vault::mask_officer_name(officer->name);
    page.place = officer->unit + (officer->role.empty() ? "" : "・" + officer->role);
    if (!officer->agency.empty()) page.place = officer->agency + " " + page.place;
  }
  if (const model::Case* const found = desk.find_case(alert.case_id)) {
    report::CaseLine line{found->id, found->first, 1, static_cast<std::int64_t>(found->alerts.size())};
    for (const model::AlertHead& head : found->alerts) line.number += head.day < alert.day ? 1 : 0;
    page.in_case = line;
  }
  return page;
}

// The newest checkpoint goes along, as with a report: the more mailboxes have it, the fewer records can be changed
// unseen.
Result<std::vector<deliver::Attachment>> checkpoint_of(store::Reader& reader, const model::Alert& alert) {
  Result<std::optional<store::NoteRow>> note = reader.newest_note();
  if (!note) return std::move(note).error();
  std::vector<deliver::Attachment> out;
  if (!*note) return out;
  const nlohmann::ordered_json content = {{"format", "trailwatch-alert-cut/1"},
                                          {"alert", alert.id},
                                          {"day", format_day(alert.day)},
                                          {"checkpoint", (*note)->text}};
  out.push_back({"檢查點_" + alert.id + ".json", "checkpoint-" + alert.id + ".json", "application/json",
                 content.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n"});
  return out;
}

bool is_settled(const model::Alert& alert) {
  return alert.status != model::to_text(model::Verdict::open) &&
         alert.status != model::to_text(model::Verdict::checking);
}

}  // namespace

std::pair<std::string, std::string> place_of(const Workplace& workplace, const model::Alert& alert) {
  if (alert.key.about == model::About::officer) {
    if (const registry::Officer* const officer = workplace.registry.officer(alert.key.name)) {
      return {officer->agency, officer->unit};
    }
    return {alert.key.agency, ""};
  }
  return {alert.key.agency, alert.key.about == model::About::unit ? alert.key.name : ""};
}

bool names_unit(const std::vector<std::string>& units, const std::string& agency, const std::string& unit) {
  return units.empty() || std::any_of(units.begin(), units.end(), [&](const std::string& one) {
           return one == agency || (!unit.empty() && (one == unit || one == agency + "/" + unit));
         });
}

void Announcer::composed(const model::Alert& alert) {
  for (const config::Route& route : workplace_.config.delivery.routes) {
    if (route.when == config::Route::When::now && alert.severity >= route.severity) {
      seen_.insert_or_assign(alert.id, alert);
      return;
    }
  }
  seen_.erase(alert.id);
}

Result<bool> Announcer::fits(const config::Route& route, const model::Alert& alert) {
  const auto [agency, unit] = place_of(workplace_, alert);
  if (!names_unit(route.units, agency, unit)) return false;
  if (route.systems.empty()) return true;
  Result<std::vector<std::string>> systems = writer_.reader().systems_of(alert.evidence);
  if (!systems) return std::move(systems).error();
  return std::any_of(systems->begin(), systems->end(), [&](const std::string& system) {
    return std::find(route.systems.begin(), route.systems.end(), system) != route.systems.end();
  });
}

// The routes that have not told their channel of this alert yet; one for each channel.
Result<std::vector<Announcer::Wanted>> Announcer::wanted(const model::Alert& alert) {
  std::vector<Wanted> out;
  for (const config::Route& route : workplace_.config.delivery.routes) {
    const config::Channel* const channel = workplace_.config.delivery.find(route.channel);
    if (route.when != config::Route::When::now || channel == nullptr || alert.severity < route.severity) continue;
    if (std::any_of(out.begin(), out.end(), [&](const Wanted& one) { return one.second == channel; })) continue;
    Result<bool> told = writer_.reader().is_queued("alert", channel->name, alert.id);
    if (!told) return std::move(told).error();
    if (*told) continue;
    Result<bool> wants = fits(route, alert);
    if (!wants) return std::move(wants).error();
    if (*wants) out.emplace_back(&route, channel);
  }
  return out;
}

// A mailbox takes so many single alerts a day; the last word says that the rest stands in the report.
Result<bool> Announcer::has_room(const config::Channel& channel, Instant now) {
  if (channel.kind != config::Channel::Kind::mail) return true;
  const LocalDay today = workplace_.zone.local(now).day;
  const std::int64_t most = workplace_.config.delivery.alerts_per_day;
  Result<std::int64_t> sent = writer_.reader().queued_since("alert", channel.name, workplace_.zone.start_of(today));
  if (!sent) return std::move(sent).error();
  if (*sent < most) return true;
  Notice notice;
  notice.kind = "limit";
  notice.key = format_day(today);
  notice.mail = report::notice_mail(workplace_.config.agency, "今日即時通知已達上限",
                                    {"今日已寄出 " + with_thousands(most) + " 件即時通知，已達設定上限。",
                                     "其餘警示均已保存，可於系統檢視，並列於日報。"});
  Result<bool> queued = queue_notice(workplace_, writer_, channel, notice, now, now);
  if (!queued) return queued;
  return false;
}

Status Announcer::tell(const model::Alert& alert, const std::vector<Wanted>& wanted) {
  Result<AlertDesk> desk = AlertDesk::open(workplace_, writer_.reader(), std::nullopt, alert.day);
  if (!desk) return std::move(desk).error();
  Result<std::vector<model::Alert>> day = desk->alerts(alert.day, alert.day);
  if (!day) return std::move(day).error();
  const auto found =
      std::find_if(day->begin(), day->end(), [&](const model::Alert& one) { return one.id == alert.id; });
  if (found == day->end() || is_settled(*found)) return Done{};
  const config::Config& config = workplace_.config;
  if (found->score < (found->watched ? config.threshold_watched : config.threshold)) return Done{};
  const Instant now = machine_.clock.now();
  Result<std::vector<std::string>> systems = writer_.reader().systems_of(found->evidence);
  if (!systems) return std::move(systems).error();
  std::vector<std::string> titles;
  for (const std::string& system : *systems) titles.push_back(workplace_.system_title(system));
  const report::AlertPage page = page_of(workplace_, *desk, *found);
  Result<std::vector<deliver::Attachment>> checkpoint = checkpoint_of(writer_.reader(), *found);
  if (!checkpoint) return std::move(checkpoint).error();
  for (const auto& [route, channel] : wanted) {
    // What the suppressions leave of it is what counts.
    if (alert::severity_of(found->score) < route->severity) continue;
    Result<bool> room = has_room(*channel, now);
    if (!room) return std::move(room).error();
    if (!*room) continue;
    Notice notice;
    notice.kind = "alert";
    notice.key = found->id;
    notice.severity = found->severity;
    notice.mail = report::alert_mail(page, workplace_.config.agency, titles, workplace_.config.delivery.console_url);
    notice.attachments = *checkpoint;
    const std::pair<std::string, std::string> place = place_of(workplace_, *found);
    notice.json = [&](const std::string& id) {
      return deliver::to_ocsf({*found, page.name, place.first, place.second, *systems, found->case_id,
                               workplace_.zone.offset_minutes(found->last)},
                              id);
    };
    const Instant due = after_quiet_hours(workplace_, *channel, found->severity, now);
    Result<bool> queued = queue_notice(workplace_, writer_, *channel, notice, now, due);
    if (!queued) return std::move(queued).error();
    if (*queued) machine_.log.info("alert " + found->id + " is on its way: " + channel->name);
  }
  return Done{};
}

Status Announcer::before_commit() {
  if (seen_.empty()) return Done{};
  std::map<std::string, model::Alert> seen;
  seen.swap(seen_);
  const LocalDay today = today_.value_or(workplace_.zone.local(machine_.clock.now()).day);
  for (const auto& [id, alert] : seen) {
    if (alert.day.days <= today.days - workplace_.config.delivery.fresh_days) continue;
    Result<std::vector<Wanted>> routes = wanted(alert);
    if (!routes) return std::move(routes).error();
    if (routes->empty()) continue;
    if (Status done = tell(alert, *routes); !done) return done;
  }
  return Done{};
}

}  // namespace trailwatch::app
