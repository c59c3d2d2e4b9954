#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/export_door.h"
#include "app/reports.h"
#include "app/sampling.h"
#include "app/sampling_seed.h"
#include "app/system.h"
#include "trailwatch/base/hash.h"
#include "trailwatch/base/text.h"
#include "trailwatch/report/sampling_sheets.h"

namespace trailwatch::app {

namespace {

constexpr std::size_t kCheckCodeBytes = 6;

Error wrong(std::string message, std::string hint = "") {
  return {Errc::invalid, std::move(message), std::move(hint), {}};
}

// `-police-東門分局`: what a partial export is called by, so that it does not take the place of the whole.
std::string filter_name(const SamplingOptions& options) {
  std::string out;
  for (const std::string& part : {options.system, options.unit}) {
    if (!part.empty()) out += "-" + for_display(part);
  }
  std::replace(out.begin(), out.end(), '/', '_');
  return out;
}

struct NamedFile {
  std::string name, content;
};

Result<std::vector<NamedFile>> make_files(const std::vector<std::string>& formats, const std::string& name,
                                          const Sampling& sampling, report::SamplingStamp stamp,
                                          const SamplingWish& wish) {
  const report::SamplingSheets& sheets = sampling.sheets;
  const std::string list = report::to_csv(sheets), frame = report::frame_csv(sampling.strata);
  stamp.code = to_hex(sha256(list), kCheckCodeBytes);
  stamp.frame_hash = to_hex(sha256(frame));
  const report::Workbook workbook = report::to_workbook(sheets, stamp);
  std::vector<NamedFile> out;
  for (const std::string& format : formats) {
    Result<std::string> content = format == "ods"    ? report::to_ods(workbook)
                                  : format == "xlsx" ? report::to_xlsx(workbook)
                                  : format == "pdf"  ? report::to_pdf(workbook)
                                                     : Result<std::string>(list);
    if (!content) return std::move(content).error();
    out.push_back({name + "." + format, *std::move(content)});
    if (format != "csv") continue;
    out.push_back({name + "-summary.csv", report::summary_csv(sheets)});
    out.push_back({name + "-estimate.csv", report::estimate_csv(sheets)});
  }
  out.push_back({name + "-frame.csv", frame});
  out.push_back({name + "-plan.json",
                 report::plan_json(sampling.strata, wish.seed, wish.period, sheets.agency, stamp.cutoff, frame)});
  return out;
}

model::Exported record_of(const SamplingWish& wish, const std::string& by, const std::string& reason,
                          const Sampling& sampling) {
  using nlohmann::json;
  model::Exported out;
  out.by = by;
  out.kind = "sampling";
  out.reason = reason;
  out.period = wish.period.name();
  json scope = {{"system", wish.system},
                {"unit", wish.unit},
                {"seed", wish.seed.text},
                {"official", wish.seed.official},
                {"masked", true}};
  if (wish.seed.tree_size) scope["tree_size"] = *wish.seed.tree_size;
  out.scope = scope.dump(-1, ' ', false, json::error_handler_t::replace);
  out.events = sampling.events;
  return out;
}

Result<report::Period> period_of(const SamplingOptions& options) {
  const std::string& text = options.month.empty() ? options.period : options.month;
  const std::optional<report::Period> period = report::parse_period(text);
  if (!options.month.empty() && (!period || period->kind != report::Period::Kind::month)) {
    return wrong("--month must look like 2026-03");
  }
  if (!period) return wrong("give --month 2026-03, or --period 2026-03, 2026-Q1 or 2026-H1");
  return *period;
}

}  // namespace

int export_sampling(const Machine& machine, const SamplingOptions& options) {
  Result<std::vector<std::string>> formats = parse_formats(options.formats, {"ods", "xlsx", "csv", "pdf"});
  if (!formats) return fail(machine, formats.error());
  const Result<report::Period> period = period_of(options);
  if (!period) return fail(machine, period.error());
  Result<Workplace> workplace = load_for_store(machine, options.config);
  if (!workplace) return fail(machine, workplace.error());
  const std::string by = options.by.empty() ? account_name() : options.by;
  if (Status fit = check_author(by, "-"); !fit) return fail(machine, fit.error());
  Result<std::unique_ptr<store::Reader>> reader = open_in_force(machine, *workplace);
  if (!reader) return fail(machine, reader.error());

  const config::Config& config = workplace->config;
  const LocalTime cutoff = report::cutoff_of(*period, config.sampling_cutoff_day, config.sampling_cutoff_minute);
  Result<ChosenSeed> seed =
      choose_seed(machine, *workplace, **reader, {options.checkpoint, options.seed}, *period, cutoff);
  if (!seed) return fail(machine, seed.error());
  const SamplingWish wish{*period, seed->seed, options.system, options.unit};
  Result<Sampling> sampling = gather_sampling(*workplace, **reader, wish);
  if (!sampling) return fail(machine, sampling.error());

  const report::SamplingStamp stamp{workplace->zone.local(machine.clock.now()),
                                    by,
                                    "",
                                    "",
                                    seed->seed,
                                    cutoff,
                                    quotas_in_words(*workplace),
                                    seed->doubt,
                                    seed->origin};
  const std::string name = "sampling-" + period->name() + filter_name(options);
  Result<std::vector<NamedFile>> files = make_files(*formats, name, *sampling, stamp, wish);
  if (!files) return fail(machine, files.error());
  const std::string out = options.out.empty() ? config.report_dir : options.out;
  std::vector<OutFile> leaving;
  for (NamedFile& file : *files) leaving.push_back({join_path(out, file.name), std::move(file.content)});
  const model::Exported record = record_of(wish, by, options.reason, *sampling);
  if (Status done = hand_out(machine, *workplace, record, leaving); !done) return fail(machine, done.error());
  for (const OutFile& file : leaving) std::printf("%s\n", file.path.c_str());
  std::int64_t population = 0;
  for (const report::DrawStratum& stratum : sampling->strata) {
    population += static_cast<std::int64_t>(stratum.events.size());
  }
  std::fprintf(stderr, "母體 %s 筆，抽出 %s 筆，%zu 個單位；抽樣種子 %s\n", with_thousands(population).c_str(),
               with_thousands(static_cast<std::int64_t>(sampling->events.size())).c_str(),
               sampling->sheets.units.size(), for_display(seed->seed.text).c_str());
  if (seed->doubt) std::fprintf(stderr, "非正式：%s\n", seed->doubt->c_str());
  if (sampling->too_late > 0) {
    std::fprintf(stderr, "另有 %s 筆於檢查點之後送達，不在母體內\n", with_thousands(sampling->too_late).c_str());
  }
  return kExitOk;
}

}  // namespace trailwatch::app
