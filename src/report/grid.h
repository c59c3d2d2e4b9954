#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "trailwatch/base/result.h"

namespace trailwatch::report {

// The texts of one sheet of a spreadsheet file; rows without any are left out.
struct Grid {
  struct Row {
    std::int64_t number = 0;  // 1-based, as programs show it
    std::vector<std::string> cells;
  };
  std::string name;
  std::vector<Row> rows;
};

// Limits of what is read: 1,000 sheets, 200,000 rows, 256 columns. Formulas count by their last value, links by their
// text; nothing is fetched or computed. Fail with Errc::invalid.
Result<std::vector<Grid>> read_ods(std::string_view archive);
Result<std::vector<Grid>> read_xlsx(std::string_view archive);

}  // namespace trailwatch::report
