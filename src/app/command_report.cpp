#include <algorithm>
#include <cstdio>

#include "app/commands.h"
#include "app/daily.h"
#include "app/issue.h"
#include "app/reports.h"
#include "trailwatch/base/text.h"

namespace trailwatch::app {

Result<std::vector<std::string>> parse_formats(const std::string& text, const std::vector<std::string>& allowed) {
  std::vector<std::string> out;
  for (const std::string_view part : split(text, ',')) {
    const std::string format(trim(part));
    if (std::find(allowed.begin(), allowed.end(), format) == allowed.end()) {
      std::string all;
      for (const std::string& one : allowed) all += (all.empty() ? "" : ", ") + one;
      return Error{Errc::unsupported, "no format \"" + format + "\"", "this version writes: " + all, {}};
    }
    out.push_back(format);
  }
  return out;
}

Result<std::vector<std::string>> write_daily(const Machine& machine, const Workplace& workplace, store::Reader& reader,
                                             LocalDay day, const std::string& directory,
                                             const std::vector<std::string>& formats, std::optional<std::int64_t> cut) {
  Result<report::DailyReport> report = gather_daily(workplace, reader, day, cut);
  if (!report) return std::move(report).error();
  std::vector<std::string> paths;
  for (const std::string& format : formats) {
    const std::string path = join_path(directory, "daily-" + format_day(day) + "." + format);
    const Result<std::string> text = format == "html"  ? report::to_html(*report)
                                     : format == "txt" ? report::to_text(*report)
                                     : format == "pdf" ? report::to_pdf(*report)
                                                       : Result<std::string>(report::to_json(*report));
    if (!text) return text.error();
    if (Status written = machine.files.write(path, *text); !written) return std::move(written).error();
    paths.push_back(path);
  }
  return paths;
}

int report_daily(const Machine& machine, const ReportOptions& options) {
  Result<std::vector<std::string>> formats = parse_formats(options.formats, {"html", "txt", "json", "pdf"});
  if (!formats) return fail(machine, formats.error());
  Result<Workplace> workplace = load_for_store(machine, options.config);
  if (!workplace) return fail(machine, workplace.error());
  Result<std::unique_ptr<store::Reader>> reader = open_in_force(machine, *workplace);
  if (!reader) return fail(machine, reader.error());
  std::optional<LocalDay> day = options.day;
  if (!day) {
    auto span = (*reader)->span();
    if (!span) return fail(machine, span.error());
    if (!*span)
      return fail(machine,
                  Error{Errc::not_found, "the store holds no events yet", "run `trailwatch ingest` first", {}});
    day = workplace->zone.local((*span)->second).day;
  }
  const std::string out = options.out.empty() ? workplace->config.report_dir : options.out;
  std::optional<store::KeptReport> kept;
  if (!options.cut && !options.anew) {
    Result<std::optional<store::KeptReport>> found = (*reader)->kept_report(*day);
    if (!found) return fail(machine, found.error());
    kept = *std::move(found);
    if (!kept) machine.log.info("the report of " + format_day(*day) + " is not issued yet: this is how it stands now");
  }
  Result<std::vector<std::string>> paths =
      kept ? write_kept(machine, *kept, out, *formats)
           : write_daily(machine, *workplace, **reader, *day, out, *formats, options.cut);
  if (!paths) return fail(machine, paths.error());
  for (const std::string& path : *paths) std::printf("%s\n", path.c_str());
  return kExitOk;
}

}  // namespace trailwatch::app
