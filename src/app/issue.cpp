#include "app/issue.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/announcer.h"
#include "app/changes.h"
#include "app/daily.h"
#include "app/messages.h"
#include "trailwatch/base/hash.h"
#include "trailwatch/base/text.h"
#include "trailwatch/seal/leaf.h"

namespace trailwatch::app {

namespace {

constexpr std::int32_t kWaitDaysMax = 31;  // a calendar that never works again must not hold a report for ever
constexpr std::size_t kReportBytesMax = 64U << 20U;

std::string day_code(LocalDay day) {
  std::string out;
  for (const char c : format_roc_day(day)) {
    if (c != '/') out += c;
  }
  return out;
}

store::ReportFile file_of(LocalDay day, const char* format, std::string content) {
  const std::string hash = to_hex(sha256(content));
  return {"daily-" + format_day(day) + "." + format, hash, std::move(content)};
}

store::KeptReport keep(Log& log, const report::DailyReport& report, Instant now) {
  store::KeptReport out;
  out.day = report.day;
  out.issued = now;
  out.log_size = report.log_size;
  out.decisions_cut = report.decisions_cut;
  out.rules_version = report.rules_version;
  out.reference_version = report.reference_version;
  out.files.push_back(file_of(report.day, "html", report::to_html(report)));
  out.files.push_back(file_of(report.day, "txt", report::to_text(report)));
  out.files.push_back(file_of(report.day, "json", report::to_json(report)));
  // What can't be printed must not hold up what can be read.
  if (Result<std::string> pdf = report::to_pdf(report)) {
    out.files.push_back(file_of(report.day, "pdf", *std::move(pdf)));
  } else {
    log.warning("the report of " + format_day(report.day) + " has no PDF: " + pdf.error().text());
  }
  return out;
}

// That a report was issued, and as what, is a leaf of the tree: the kept bytes can be held against it.
Status add_leaf(store::Writer& writer, const store::KeptReport& report) {
  std::string record;
  seal::add_member(record, "day", format_day(report.day));
  seal::add_member(record, "decisions_cut", report.decisions_cut);
  for (const store::ReportFile& file : report.files) seal::add_member(record, file.name, file.sha256);
  seal::add_member(record, "issued", std::to_string(report.issued.micros));
  seal::add_member(record, "log_size", report.log_size);
  seal::add_member(record, "reference_version", report.reference_version);
  seal::add_member(record, "rules_version", report.rules_version);
  record.push_back('}');
  Result<std::int64_t> added = writer.append_leaf(seal::LeafKind::exported, "daily-report", "", record);
  return added ? Status(Done{}) : Status(added.error());
}

// The second attachment: what the report was made from, the hashes of what was kept, and the signed checkpoint. The
// recipients' mailboxes witness them.
std::string cut_json(const report::DailyReport& report, const store::KeptReport& kept) {
  nlohmann::ordered_json out = {
      {"format", "trailwatch-report-cut/1"},   {"day", format_day(report.day)},
      {"log_size", report.log_size},           {"decisions_cut", report.decisions_cut},
      {"rules_version", report.rules_version}, {"reference_version", report.reference_version}};
  nlohmann::ordered_json& files = out["files"] = nlohmann::ordered_json::object();
  for (const store::ReportFile& file : kept.files) files[file.name] = file.sha256;
  out["checkpoint"] =
      report.checkpoint.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(report.checkpoint);
  return out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

// The report as a page, as PDF where the route asks for it, and the checkpoint, which is always the second.
Result<std::vector<deliver::Attachment>> attachments(const config::Route& route,
                                                     const std::vector<report::DailyReport>& mailed,
                                                     const std::vector<store::KeptReport>& kept) {
  std::vector<deliver::Attachment> out;
  for (std::size_t i = 0; i < mailed.size(); ++i) {
    const std::string iso = format_day(mailed[i].day), roc = day_code(mailed[i].day);
    const deliver::Attachment checkpoint{"檢查點_" + roc + ".json", "checkpoint-" + iso + ".json", "application/json",
                                         cut_json(mailed[i], kept[i])};
    std::vector<deliver::Attachment> reports;
    if (route.attach != config::Route::Attach::pdf) {
      reports.push_back({"查詢軌跡日報_" + roc + ".html", "daily-" + iso + ".html", "text/html; charset=utf-8",
                         report::to_html(mailed[i])});
    }
    if (route.attach != config::Route::Attach::html) {
      Result<std::string> pdf = report::to_pdf(mailed[i]);
      if (!pdf) return std::move(pdf).error();
      reports.push_back({"查詢軌跡日報_" + roc + ".pdf", "daily-" + iso + ".pdf", "application/pdf", *std::move(pdf)});
    }
    reports.insert(reports.begin() + 1, checkpoint);
    out.insert(out.end(), reports.begin(), reports.end());
  }
  return out;
}

Result<bool> route_has(const Workplace& workplace, store::Reader& reader, const config::Route& route,
                       const model::Alert& alert) {
  if (alert.severity < route.severity) return false;
  const auto [agency, unit] = place_of(workplace, alert);
  if (!names_unit(route.units, agency, unit)) return false;
  if (route.systems.empty()) return true;
  Result<std::vector<std::string>> systems = reader.systems_of(alert.evidence);
  if (!systems) return std::move(systems).error();
  return std::any_of(systems->begin(), systems->end(), [&](const std::string& system) {
    return std::find(route.systems.begin(), route.systems.end(), system) != route.systems.end();
  });
}

// `original`: the alerts with their keys, which the mail's form has lost.
Status queue_digest(const Workplace& workplace, store::Writer& writer, std::size_t number,
                    const std::vector<report::DailyReport>& original, const std::vector<report::DailyReport>& mailed,
                    Instant now) {
  const config::Route& route = workplace.config.delivery.routes[number];
  const config::Channel* const channel = workplace.config.delivery.find(route.channel);
  std::vector<report::DailyReport> days = mailed;
  bool any = false;
  for (std::size_t i = 0; i < days.size(); ++i) {
    std::vector<report::AlertPage> pages;
    for (std::size_t j = 0; j < original[i].alerts.size(); ++j) {
      Result<bool> has = route_has(workplace, writer.reader(), route, original[i].alerts[j].alert);
      if (!has) return std::move(has).error();
      if (*has) pages.push_back(days[i].alerts[j]);
    }
    days[i].alerts = std::move(pages);
    any = any || !days[i].alerts.empty();
  }
  if (!any) return Done{};
  Notice notice;
  notice.kind = "digest";
  notice.key = format_day(days.back().day) + "/" + std::to_string(number + 1);
  notice.mail = report::digest_mail(days, workplace.config.delivery.console_url);
  Result<bool> queued = queue_notice(workplace, writer, *channel, notice, now, now);
  if (!queued) return std::move(queued).error();
  return Done{};
}

Status queue_mails(const Workplace& workplace, store::Writer& writer, const std::vector<report::DailyReport>& reports,
                   const std::vector<store::KeptReport>& kept, Instant now) {
  const config::Delivery& delivery = workplace.config.delivery;
  std::vector<report::DailyReport> mailed;
  for (const report::DailyReport& one : reports) mailed.push_back(report::for_mail(one));
  for (std::size_t i = 0; i < delivery.routes.size(); ++i) {
    const config::Route& route = delivery.routes[i];
    const config::Channel* const channel = delivery.find(route.channel);
    if (channel == nullptr || route.when == config::Route::When::now) continue;
    if (route.when == config::Route::When::digest) {
      if (Status done = queue_digest(workplace, writer, i, reports, mailed, now); !done) return done;
      continue;
    }
    Notice notice;
    notice.kind = "report";
    notice.key = format_day(reports.back().day);
    notice.mail = report::daily_mail(mailed, delivery.console_url);
    Result<std::vector<deliver::Attachment>> attached = attachments(route, mailed, kept);
    if (!attached) return std::move(attached).error();
    notice.attachments = *std::move(attached);
    Result<bool> queued = queue_notice(workplace, writer, *channel, notice, now, now);
    if (!queued) return std::move(queued).error();
  }
  return Done{};
}

}  // namespace

LocalDay sending_day(const Workplace& workplace, LocalDay day) {
  for (std::int32_t n = 1; n < kWaitDaysMax; ++n) {
    const LocalDay next = day.plus(n);
    if (workplace.registry.works(next).value_or(weekday(next) < 6)) return next;
  }
  return day.plus(kWaitDaysMax);
}

std::vector<LocalDay> due_reports(const Workplace& workplace, std::optional<LocalDay> newest, Instant now) {
  const std::int64_t at = workplace.config.report_at_minute * kMicrosPerMinute;
  const LocalDay closed = workplace.zone.local(Instant{now.micros - at}).day.plus(-1);
  if (!newest) return {closed};
  std::vector<LocalDay> out;
  for (LocalDay day = std::max(newest->plus(1), closed.plus(1 - kCatchUpDays)); day <= closed; day = day.plus(1)) {
    if (workplace.zone.instant({sending_day(workplace, day), at}) <= now) out.push_back(day);
  }
  return out;
}

Status issue_reports(const Machine& machine, const Workplace& workplace, store::Writer& writer,
                     const std::vector<LocalDay>& days, LocalTime made_at) {
  const Instant now = machine.clock.now();
  const auto issue = [&]() -> Status {
    std::vector<report::DailyReport> reports;
    std::vector<store::ToldDay> told;
    Result<std::optional<store::NoteRow>> note = writer.reader().newest_note();
    if (!note) return std::move(note).error();
    for (const LocalDay day : days) {
      Result<report::DailyReport> report = gather_daily(workplace, writer.reader(), day, std::nullopt);
      if (!report) return std::move(report).error();
      report->made_at = made_at;
      if (*note) report->checkpoint = (*note)->text;
      reports.push_back(*std::move(report));
    }
    if (Status done = find_changes(workplace, writer.reader(), days.front(), reports.back(), told); !done) return done;
    std::vector<store::KeptReport> kept;
    for (const report::DailyReport& report : reports) {
      kept.push_back(keep(machine.log, report, now));
      if (Status done = writer.keep_report(kept.back()); !done) return done;
      if (Status sealed = add_leaf(writer, kept.back()); !sealed) return sealed;
      Result<store::ToldDay> known = told_of(writer.reader(), report);
      if (!known) return std::move(known).error();
      told.push_back(*std::move(known));
    }
    for (const store::ToldDay& day : told) {
      if (Status done = writer.replace_told(day); !done) return done;
    }
    if (Status done = queue_mails(workplace, writer, reports, kept, now); !done) return done;
    return writer.commit();
  };
  Status done = writer.begin(now);
  if (!done) return done;
  done = issue();
  if (!done) writer.rollback();
  return done;
}

std::vector<std::string> formats_of(const store::KeptReport& report) {
  std::vector<std::string> out;
  for (const store::ReportFile& file : report.files) out.push_back(file.name.substr(file.name.rfind('.') + 1));
  return out;
}

bool is_erased(const store::KeptReport& report) {
  return std::any_of(report.files.begin(), report.files.end(),
                     [](const store::ReportFile& file) { return to_hex(sha256(file.content)) != file.sha256; });
}

Result<std::vector<std::string>> write_kept(const Machine& machine, const store::KeptReport& report,
                                            const std::string& directory, const std::vector<std::string>& formats) {
  std::vector<std::string> paths;
  for (const std::string& format : formats) {
    const std::string name = "daily-" + format_day(report.day) + "." + format;
    const auto file = std::find_if(report.files.begin(), report.files.end(),
                                   [&](const store::ReportFile& one) { return one.name == name; });
    if (file == report.files.end()) {
      return Error{Errc::unsupported,
                   "the report of " + format_day(report.day) + " was not issued as " + format,
                   "`--anew` makes one from the store as it is now",
                   {}};
    }
    if (is_erased(report)) {
      return Error{Errc::not_found,
                   "the report of " + format_day(report.day) + " was erased with its month",
                   "its hash is kept: " + file->sha256,
                   {}};
    }
    const std::string path = join_path(directory, name);
    Result<std::string> there = machine.files.read(path, kReportBytesMax);
    if (!there || *there != file->content) {
      if (Status written = machine.files.write(path, file->content); !written) return std::move(written).error();
    }
    paths.push_back(path);
  }
  return paths;
}

}  // namespace trailwatch::app
