#pragma once

#include <string>

#include "report/sample.h"
#include "trailwatch/report/sampling.h"

// The sample day with the same text in every field that can hold any.
namespace trailwatch::report::sample {

inline DailyReport filled_with(const std::string& text) {
  DailyReport out = report();
  out.agency = out.rules_version = out.reference_version = text;
  for (AlertPage& page : out.alerts) {
    page.name = page.place = page.duty = text;
    page.alert.id = page.alert.key.name = page.alert.key.agency = page.alert.why = text;
    page.alert.status = page.alert.picked = text;
    for (model::Contribution& part : page.alert.contributions) part.rule = part.title = part.sentence = text;
    if (page.in_case) page.in_case->id = text;
    if (page.alert.decision) page.alert.decision->entry.by = page.alert.decision->entry.reason = text;
    for (model::Suppressed& one : page.alert.suppressed) one.rule = one.title = one.by = one.reason = text;
    for (std::string& item : page.normal_if) item = text;
    if (page.peers) page.peers->title = page.peers->peers_label = page.peers->unit = text;
    for (EvidenceRow& row : page.evidence) {
      row.system = row.action = row.subject = row.reason = row.case_no = row.terminal = row.origin = text;
      for (std::string& mark : row.marks) mark = text;
    }
  }
  for (SourceLine& source : out.sources) {
    source.name = source.title = text;
    for (std::string& fault : source.faults) fault = text;
  }
  for (SuppressionLine& line : out.suppressions) line.whom = line.rule = line.by = line.reason = text;
  for (QuarantineLine& line : out.quarantined) line.source = line.file = line.reason = text;
  for (std::string& note : out.notes) note = text;
  return out;
}

}  // namespace trailwatch::report::sample
