#include "app/eraser.h"

#include <algorithm>

#include "trailwatch/base/text.h"

namespace trailwatch::app {

namespace {

// Each slice also writes the runs of postings anew in which its rows lie: larger ones are cheaper in all, smaller ones
// shorter to wait for.
constexpr std::int64_t kRowsPerStep = 2'000;

}  // namespace

Result<std::int64_t> Eraser::plan(LocalDay today) {
  Result<std::vector<store::Shelf>> shelves = writer_.reader().shelves();
  if (!shelves) return std::move(shelves).error();
  Result<std::vector<model::Hold>> holds = writer_.reader().holds();
  if (!holds) return std::move(holds).error();
  std::int64_t destroyed = 0;
  left_.clear();
  for (const store::Shelf& shelf : *shelves) {
    if (shelf.is_erased && !shelf.is_emptied) left_.push_back(shelf);
  }
  for (const Due& due : due_shelves(*shelves, *holds, workplace_.config.retention, workplace_.zone, today)) {
    if (!due.held_by.empty()) continue;
    if (Status done = destroy(due); !done) return std::move(done).error();
    left_.push_back(due.shelf);
    ++destroyed;
  }
  is_log_due_ = is_log_due_ || !left_.empty();
  return destroyed;
}

Status Eraser::destroy(const Due& due) {
  const config::Retention& retention = workplace_.config.retention;
  const std::int64_t months = due.shelf.system.empty() ? retention.longest() : retention.of(due.shelf.system);
  Status done = writer_.begin(machine_.clock.now());
  if (done) done = writer_.destroy_secret(due.shelf, "retention of " + std::to_string(months) + " months");
  if (done) done = writer_.commit();
  if (!done) {
    writer_.rollback();
    return done;
  }
  machine_.log.info("erased: the secret of month " + std::to_string(due.shelf.month()) +
                    (due.shelf.system.empty() ? "" : " of " + for_log(due.shelf.system)) + ", due since " +
                    format_day(due.since));
  return Done{};
}

// Reports lie in their directory as files too; they show masked subjects, but officers by name.
Status Eraser::remove_copies(const store::Shelf& shelf) {
  if (!shelf.system.empty()) return Done{};
  Result<std::vector<FileInfo>> files = machine_.files.list(workplace_.config.report_dir);
  if (!files) return files.error().code == Errc::not_found ? Status(Done{}) : Status(files.error());
  const std::string month = std::to_string(shelf.month());
  const std::string pattern = "daily-" + month.substr(0, 4) + "-" + month.substr(4) + "-??.*";
  for (const FileInfo& file : *files) {
    if (!file.is_regular || !matches_pattern(base_name(file.path), pattern)) continue;
    if (Status gone = machine_.files.remove(file.path); !gone) return gone;
  }
  return Done{};
}

Result<bool> Eraser::step() {
  if (left_.empty()) {
    if (!is_log_due_) return true;
    Result<bool> cut = writer_.cut_log();
    if (cut && *cut) is_log_due_ = false;
    return cut;
  }
  const store::Shelf shelf = left_.front();
  if (Status done = writer_.begin(machine_.clock.now()); !done) return std::move(done).error();
  Result<store::Purged> purged = writer_.purge_rows(shelf.secret, kRowsPerStep);
  Status done = purged ? writer_.commit() : Status(purged.error());
  if (!done) {
    writer_.rollback();
    return std::move(done).error();
  }
  if (!purged->is_done) return true;
  if (Status copies = remove_copies(shelf); !copies) machine_.log.warning(copies.error().text());
  left_.erase(left_.begin());
  return true;
}

}  // namespace trailwatch::app
