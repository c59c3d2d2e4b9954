#include "trailwatch/deliver/siem.h"

#include <nlohmann/json.hpp>

#include "trailwatch/base/text.h"

namespace trailwatch::deliver {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kFacility = 13;  // RFC 5424, 6.2.1: log audit
// The number that RFC 5612 sets aside for examples; it names nothing but this program's own parameters.
constexpr const char* kEnterprise = "32473";

std::int64_t milliseconds(Instant instant) {
  return instant.micros / 1000;
}

// OCSF: 1 informational, 2 low, 3 medium, 4 high.
int ocsf_severity(model::Severity severity) {
  return 2 + static_cast<int>(severity);
}

std::string_view ocsf_word(model::Severity severity) {
  switch (severity) {
    case model::Severity::high:
      return "High";
    case model::Severity::medium:
      return "Medium";
    case model::Severity::low:
      break;
  }
  return "Low";
}

// RFC 5424: 2 critical, 4 warning, 5 notice.
int syslog_severity(model::Severity severity) {
  switch (severity) {
    case model::Severity::high:
      return 2;
    case model::Severity::medium:
      return 4;
    case model::Severity::low:
      break;
  }
  return 5;
}

Json base(Instant at, model::Severity severity, std::string_view message_id) {
  return {{"class_uid", 2004},
          {"class_name", "Detection Finding"},
          {"category_uid", 2},
          {"category_name", "Findings"},
          {"activity_id", 1},
          {"activity_name", "Create"},
          {"type_uid", 200401},
          {"type_name", "Detection Finding: Create"},
          {"time", milliseconds(at)},
          {"severity_id", ocsf_severity(severity)},
          {"severity", ocsf_word(severity)},
          {"status_id", 1},
          {"status", "New"},
          {"metadata",
           {{"version", "1.3.0"},
            {"uid", message_id},
            {"product", {{"name", "trailwatch"}, {"vendor_name", "trailwatch"}, {"version", TRAILWATCH_VERSION}}}}}};
}

std::string line(const Json& json) {
  return json.dump(-1, ' ', true, Json::error_handler_t::replace);
}

// Printable ASCII without blanks, as RFC 5424 wants its header fields; `-` when nothing is left.
std::string header_field(std::string_view text, std::size_t most) {
  std::string out;
  for (const char c : text) {
    if (c > ' ' && c < 0x7f && out.size() < most) out += c;
  }
  return out.empty() ? "-" : out;
}

std::string sd_value(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\' || c == ']') out += '\\';
    if (static_cast<unsigned char>(c) >= ' ') out += c;
  }
  return out;
}

}  // namespace

std::string to_ocsf(const SiemAlert& given, std::string_view message_id) {
  const model::Alert& alert = given.alert;
  Json out = base(alert.last, alert.severity, message_id);
  out["timezone_offset"] = given.offset_minutes;
  out["message"] = for_display(alert.why);
  out["risk_score"] = static_cast<std::int64_t>(alert.score + 0.5);
  out["count"] = alert.events;
  Json& info = out["finding_info"];
  info = {{"uid", alert.id},
          {"title", alert.contributions.empty() ? "查詢待說明" : for_display(alert.contributions.front().title)},
          {"desc", for_display(alert.why)},
          {"first_seen_time", milliseconds(alert.first)},
          {"last_seen_time", milliseconds(alert.last)},
          {"created_time", milliseconds(alert.last)},
          {"data_sources", given.systems}};
  Json& analytics = info["related_analytics"] = Json::array();
  for (const model::Contribution& part : alert.contributions) {
    analytics.push_back({{"uid", part.rule}, {"name", part.title}, {"type_id", 1}, {"type", "Rule"}});
  }
  if (!given.case_id.empty()) {
    info["related_events"] = Json::array({{{"uid", given.case_id}, {"type", "trailwatch case"}}});
  }
  const bool is_officer = alert.key.about == model::About::officer;
  Json org = Json::object();
  if (!given.agency.empty()) org["name"] = for_display(given.agency);
  if (!given.unit.empty()) org["ou_name"] = for_display(given.unit);
  if (is_officer) {
    Json user = {{"uid", for_display(alert.key.name)}, {"name", for_display(given.name)}, {"type_id", 1}};
    if (!org.empty()) user["org"] = org;
    out["evidences"] = Json::array({{{"actor", {{"user", std::move(user)}}}}});
  } else if (alert.key.about != model::About::subject) {
    // A subject's token names a person to whoever holds the store: it stays here.
    out["resources"] =
        Json::array({{{"name", for_display(given.name)}, {"type", std::string(model::to_text(alert.key.about))}}});
  }
  Json unmapped = {{"about", model::to_text(alert.key.about)}, {"day", format_day(alert.day)}};
  if (!is_officer && !org.empty()) unmapped["org"] = org;
  out["unmapped"] = std::move(unmapped);
  return line(out);
}

std::string trouble_to_ocsf(std::string_view title, std::string_view sentence, Instant at,
                            std::string_view message_id) {
  Json out = base(at, model::Severity::high, message_id);
  out["message"] = for_display(sentence);
  out["finding_info"] = {{"uid", message_id},
                         {"title", for_display(title)},
                         {"desc", for_display(sentence)},
                         {"created_time", milliseconds(at)}};
  out["unmapped"] = {{"about", "trailwatch"}};
  return line(out);
}

std::string to_syslog(const SyslogHeader& header, std::string_view message) {
  const int priority = kFacility * 8 + syslog_severity(header.severity);
  return "<" + std::to_string(priority) + ">1 " + format_rfc3339(header.at, 0) + " " + header_field(header.host, 255) +
         " trailwatch - " + header_field(header.kind, 32) + " [trailwatch@" + kEnterprise + " id=\"" +
         sd_value(header.message) + "\"] " + std::string(message);
}

}  // namespace trailwatch::deliver
