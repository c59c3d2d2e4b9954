#include "trailwatch/base/csv.h"

#include <algorithm>

#include "fuzz/fuzz.h"
#include "trailwatch/base/check.h"
#include "trailwatch/registry/snapshot.h"

// First byte: which of the reference files. The rest: its text.
TW_FUZZ(reference) {
  using namespace trailwatch;
  registry::ReferenceTexts texts;
  std::optional<std::string>* const files[] = {
      &texts.staff,     &texts.calendar,           &texts.shifts, &texts.leave, &texts.cases, &texts.terminals,
      &texts.watchlist, &texts.protected_subjects, &texts.reasons};
  *files[fuzz::take_byte(input) % 9] = std::string(input);
  const registry::Snapshot known = registry::Snapshot::build(texts, {});
  const auto lines = static_cast<std::int64_t>(std::count(input.begin(), input.end(), '\n')) + 1;
  for (const registry::Problem& problem : known.problems())
    TW_CHECK(!problem.message.empty() && 0 <= problem.line && problem.line <= lines + 1);
  const LocalDay day = *parse_day("2026-03-02");
  known.duty("E00012", "戶所", "一課", Instant{1'772'431'200'000'000});
  known.duty_text("E00012", day);
  known.status("E00012", day);
  known.relation("E00012", "A123456789", day);
  const CsvTable table = parse_csv(input);
  for (const CsvTable::Row& row : table.rows) TW_CHECK(1 <= row.line && row.line <= lines);
}
