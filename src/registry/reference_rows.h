#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trailwatch/base/csv.h"
#include "trailwatch/registry/snapshot.h"

namespace trailwatch::registry {

// One reference file, read by column name. Collects what is wrong with it into `problems`.
class ReferenceRows {
 public:
  // Without one of the `required` columns the file has no rows, and says so.
  ReferenceRows(std::string file, std::string_view text, const std::vector<std::string>& required,
                std::vector<Problem>& problems);

  std::size_t size() const { return table_.rows.size(); }
  // All required columns are there.
  bool usable() const { return usable_; }
  // How many problems there are up to now, in all files.
  std::size_t complaints() const { return problems_.size(); }
  // Trimmed; empty when the row is short or the column absent.
  std::string_view cell(std::size_t row, std::string_view column) const;
  void complain(std::size_t row, std::string message);

  // `2026-03-02T20:00` as local time, seconds cut; a bare day is its midnight. Complains and returns nothing when it is
  // neither.
  std::optional<LocalTime> local_time(std::size_t row, std::string_view column);
  // `2026-03-02`; an empty cell is nothing without complaint.
  std::optional<LocalDay> day(std::size_t row, std::string_view column);
  // `1`; `0` and an empty cell are false, anything else too, with a complaint.
  bool flag(std::size_t row, std::string_view column);

 private:
  std::string file_;
  CsvTable table_;
  bool usable_ = true;
  std::vector<Problem>& problems_;
};

}  // namespace trailwatch::registry
