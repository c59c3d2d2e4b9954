#include <cstdio>
#include <limits>

#include "app/commands.h"
#include "app/daily.h"
#include "app/reevaluation.h"
#include "trailwatch/base/text.h"
#include "trailwatch/rules/engine.h"

namespace trailwatch::app {

int status(const Machine& machine, const std::string& config) {
  Result<Workplace> workplace = load_for_store(machine, config);
  if (!workplace) return fail(machine, workplace.error());
  Result<std::unique_ptr<store::Reader>> reader = open_in_force(machine, *workplace);
  if (!reader) return fail(machine, reader.error());
  Result<std::int64_t> size = (*reader)->size();
  if (!size) return fail(machine, size.error());
  Result<std::vector<store::SourceTotals>> totals = (*reader)->sources();
  if (!totals) return fail(machine, totals.error());
  Result<SourceFaults> faults = gather_faults(*workplace, **reader, Instant{std::numeric_limits<std::int64_t>::min()},
                                              Instant{std::numeric_limits<std::int64_t>::max()});
  if (!faults) return fail(machine, faults.error());

  std::printf("資料庫：%s（%s 筆）\n", workplace->config.database().c_str(), with_thousands(*size).c_str());
  bool well = true;
  for (const config::Source& source : workplace->config.sources) {
    std::printf("來源 %s：", source.name.c_str());
    for (const store::SourceTotals& total : *totals) {
      if (total.source != source.name) continue;
      std::printf("%s 檔，入庫 %s，重複 %s，隔離 %s，待續 %s", with_thousands(total.files).c_str(),
                  with_thousands(total.stored).c_str(), with_thousands(total.duplicates).c_str(),
                  with_thousands(total.quarantined).c_str(), with_thousands(total.pending).c_str());
      if (total.newest) std::printf("，最新 %s", format_roc_minute(workplace->zone.local(*total.newest)).c_str());
    }
    std::printf("\n");
    for (const std::string& fault : faults->by_source[source.name]) {
      std::printf("  ▲ %s\n", fault.c_str());
      well = false;
    }
  }
  const rules::Engine engine(workplace->rules, workplace->registry);
  for (const std::string& missing : engine.not_evaluable()) {
    std::printf("▲ 規則未評估：%s\n", missing.c_str());
    well = false;
  }
  for (const FileFault& fault : workplace->faults) {
    std::printf("▲ %s\n", fault.text().c_str());
    well = false;
  }
  Result<Standing> standing = read_standing(**reader);
  if (!standing) return fail(machine, standing.error());
  for (const std::string& line : standing_lines(*standing)) std::printf("%s\n", line.c_str());
  std::printf("%s\n", well ? "狀態：正常" : "狀態：有異常，如上");
  return kExitOk;
}

}  // namespace trailwatch::app
