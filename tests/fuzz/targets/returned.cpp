#include "trailwatch/report/returned.h"

#include "fuzz/fuzz.h"
#include "trailwatch/base/check.h"
#include "trailwatch/base/text.h"

// A sampling sheet that came back by mail: ODS, XLSX, CSV or anything else.
TW_FUZZ(returned) {
  using namespace trailwatch;
  if (const auto sheet = report::read_returned(input)) {
    for (const report::ReturnedRow& row : sheet->rows)
      TW_CHECK(row.code.size() == 12 && is_utf8(row.explanation) && !row.place.empty());
    for (const report::ReturnedProblem& problem : sheet->problems) TW_CHECK(is_utf8(problem.message));
  }
  report::read_fit(input);
}
