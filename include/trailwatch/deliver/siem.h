#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "trailwatch/base/time.h"
#include "trailwatch/model/alert.h"

namespace trailwatch::deliver {

// What a SIEM is told about an alert. No subject, no free text of the trails.
struct SiemAlert {
  const model::Alert& alert;
  std::string name;  // masked name of an officer; a unit's or source's name
  std::string agency, unit;
  std::vector<std::string> systems;
  std::string case_id;
  int offset_minutes = 0;  // of the office's zone
};

// OCSF 1.3, class Detection Finding (2004), activity Create, in ASCII: everything else as \u escapes, so that it passes
// any log pipeline. One line.
std::string to_ocsf(const SiemAlert& alert, std::string_view message_id);
// A fault of trailwatch itself in the same class: a delivery or a report that fails.
std::string trouble_to_ocsf(std::string_view title, std::string_view sentence, Instant at, std::string_view message_id);

struct SyslogHeader {
  std::string host;     // HOSTNAME; `-` when not given
  std::string kind;     // MSGID: `alert`, `trouble`, `test`
  std::string message;  // id, in the structured data
  Instant at;
  model::Severity severity = model::Severity::low;
};
// `<108>1 2026-03-02T06:00:00.000+00:00 host trailwatch - alert [trailwatch@32473 id="…"] {…}`: RFC 5424, facility 13
// (log audit), without the length that TCP puts in front.
std::string to_syslog(const SyslogHeader& header, std::string_view message);

}  // namespace trailwatch::deliver
