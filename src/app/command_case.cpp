#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/case_summary.h"
#include "app/commands.h"
#include "app/export_door.h"
#include "app/system.h"
#include "trailwatch/base/text.h"

namespace trailwatch::app {

namespace {

Error wrong(std::string message, std::string hint = "") {
  return {Errc::invalid, std::move(message), std::move(hint), {}};
}

// FILE.pdf is one file, FILE both.
Result<std::vector<OutFile>> make_files(const std::string& out, const report::Document& document) {
  const bool only_pdf = out.ends_with(".pdf"), only_odt = out.ends_with(".odt");
  std::vector<OutFile> files;
  if (!only_odt) {
    Result<std::string> pdf = report::to_pdf(document);
    if (!pdf) return std::move(pdf).error();
    files.push_back({only_pdf ? out : out + ".pdf", *std::move(pdf)});
  }
  if (!only_pdf) files.push_back({only_odt ? out : out + ".odt", report::to_odt(document)});
  return files;
}

model::Exported record_of(const CaseOptions& options, const std::string& by, const Matter& matter) {
  model::Exported out;
  out.by = by;
  out.kind = "case";
  out.reason = options.reason;
  nlohmann::json alerts = nlohmann::json::array();
  for (const model::Alert& alert : matter.alerts) alerts.push_back(alert.id);
  const nlohmann::json scope = {{"alerts", std::move(alerts)}, {"case", matter.case_id}, {"masked", true}};
  out.scope = scope.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  out.events = matter.events;
  return out;
}

}  // namespace

int export_case(const Machine& machine, const CaseOptions& options) {
  if (options.alerts.empty() == options.case_id.empty())
    return fail(machine, wrong("give --case, or --alert once or more"));
  if (Status fit = check_export_reason(options.reason); !fit) return fail(machine, fit.error());
  const std::string by = options.by.empty() ? account_name() : options.by;
  if (Status fit = check_author(by, "-"); !fit) return fail(machine, fit.error());
  Result<Workplace> workplace = load_for_store(machine, options.config);
  if (!workplace) return fail(machine, workplace.error());
  Result<std::unique_ptr<store::Reader>> reader = open_in_force(machine, *workplace);
  if (!reader) return fail(machine, reader.error());
  Result<Matter> matter = find_matter(*workplace, **reader, options.alerts, options.case_id);
  if (!matter) return fail(machine, matter.error());
  Result<report::CaseSummary> summary = gather_case(*workplace, **reader, *matter);
  if (!summary) return fail(machine, summary.error());
  summary->made = workplace->zone.local(machine.clock.now());
  summary->by = by;
  Result<std::vector<OutFile>> files = make_files(options.out, report::case_document(*summary));
  if (!files) return fail(machine, files.error());
  if (Status done = hand_out(machine, *workplace, record_of(options, by, *matter), *files); !done) {
    return fail(machine, done.error());
  }
  for (const OutFile& file : *files) std::printf("%s\n", file.path.c_str());
  return kExitOk;
}

}  // namespace trailwatch::app
