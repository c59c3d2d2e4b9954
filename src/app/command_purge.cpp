#include <cstdio>

#include "app/commands.h"
#include "app/eraser.h"
#include "app/progress.h"
#include "app/system.h"
#include "trailwatch/base/text.h"

namespace trailwatch::app {

namespace {

// How far ahead the dry run looks for what comes next.
constexpr std::int32_t kAheadDays = 62;

Result<LocalDay> today(const Machine& machine, const Workplace& workplace, store::Reader& reader,
                       const PurgeOptions& options) {
  const LocalDay clock = workplace.zone.local(machine.clock.now()).day;
  auto span = reader.span();
  if (!span) return std::move(span).error();
  std::optional<LocalDay> newest;
  if (*span) newest = workplace.zone.local((*span)->second).day;
  if (options.trust_clock) return clock;
  const LocalDay day = erasing_day(clock, newest);
  if (day != clock) {
    machine.log.warning("the newest record is of " + format_day(*newest) + ": erasing goes by " + format_day(day) +
                        ", not by the clock; --trust-clock says that the clock is right");
  }
  return day;
}

std::string shown(const Workplace& workplace, const store::Shelf& shelf) {
  return shown_shelf(shelf, workplace.system_title(shelf.system));
}

Result<std::vector<Due>> due_on(const Workplace& workplace, store::Reader& reader, LocalDay day) {
  Result<std::vector<store::Shelf>> shelves = reader.shelves();
  if (!shelves) return std::move(shelves).error();
  Result<std::vector<model::Hold>> holds = reader.holds();
  if (!holds) return std::move(holds).error();
  return due_shelves(*shelves, *holds, workplace.config.retention, workplace.zone, day);
}

Status tell(const Workplace& workplace, store::Reader& reader, LocalDay day) {
  Result<std::vector<Due>> due = due_on(workplace, reader, day.plus(kAheadDays));
  if (!due) return std::move(due).error();
  std::int64_t now = 0, held = 0;
  for (const Due& one : *due) {
    std::string numbers;
    for (const std::int64_t hold : one.held_by) numbers += (numbers.empty() ? "第 " : "、") + std::to_string(hold);
    const bool is_due = one.since <= day;
    if (!numbers.empty()) {
      std::printf("保留　%s　（%s 號）\n", shown(workplace, one.shelf).c_str(), numbers.c_str());
    } else {
      std::printf("%s　%s　（%s 起）\n", is_due ? "到期" : "將到期", shown(workplace, one.shelf).c_str(),
                  format_roc_day(one.since).c_str());
    }
    held += numbers.empty() ? 0 : 1;
    now += numbers.empty() && is_due ? 1 : 0;
  }
  Result<std::vector<store::Shelf>> shelves = reader.shelves();
  if (!shelves) return std::move(shelves).error();
  for (const store::Shelf& shelf : *shelves) {
    if (shelf.is_erased && !shelf.is_emptied)
      std::printf("未完成　%s　（金鑰已銷毀，其餘待清除）\n", shown(workplace, shelf).c_str());
  }
  std::printf("到期 %s 項，法律保留 %s 項\n", with_thousands(now).c_str(), with_thousands(held).c_str());
  return Done{};
}

}  // namespace

int purge(const Machine& machine, const PurgeOptions& options) {
  Result<Workplace> workplace = load_for_store(machine, options.config);
  if (!workplace) return fail(machine, workplace.error());
  if (options.dry_run) {
    Result<std::unique_ptr<store::Reader>> reader = open_reader(machine, *workplace);
    if (!reader) return fail(machine, reader.error());
    Result<LocalDay> day = today(machine, *workplace, **reader, options);
    if (!day) return fail(machine, day.error());
    const Status told = tell(*workplace, **reader, *day);
    return told ? kExitOk : fail(machine, told.error());
  }
  if (!machine.files.info(workplace->config.database()))
    return fail(machine, {Errc::not_found, "there is no store yet", "", {workplace->config.database()}});
  Result<ProcessLock> lock = ProcessLock::take(join_path(workplace->config.state_dir, "lock"));
  if (!lock) {
    return fail(machine, {lock.error().code,
                          lock.error().message,
                          "a running service erases by itself, after the daily report; --dry-run shows what",
                          {}});
  }
  Result<std::unique_ptr<store::Writer>> writer = open_writer(machine, *workplace);
  if (!writer) return fail(machine, writer.error());
  Result<LocalDay> day = today(machine, *workplace, (*writer)->reader(), options);
  if (!day) return fail(machine, day.error());
  Eraser eraser(machine, *workplace, **writer);
  Result<std::int64_t> destroyed = eraser.plan(*day);
  if (!destroyed) return fail(machine, destroyed.error());
  ProgressLine line(machine.clock, "erasing");
  std::int64_t steps = 0;
  while (eraser.is_active()) {
    Result<bool> step = eraser.step();
    if (!step) return fail(machine, step.error());
    if (!*step) {
      machine.log.warning("somebody reads the store just now: its log still holds old pages; they go later");
      break;
    }
    ++steps;
    line.show(steps, 0, std::to_string(steps) + " steps");
  }
  std::printf("已銷毀 %s 項\n", with_thousands(*destroyed).c_str());
  return kExitOk;
}

}  // namespace trailwatch::app
