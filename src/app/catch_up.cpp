#include "app/catch_up.h"

#include "app/ledger_door.h"
#include "app/own_records.h"
#include "app/progress.h"
#include "app/unmasking.h"
#include "trailwatch/base/text.h"

namespace trailwatch::app {

Station::Station(const Machine& machine, Workplace& workplace, ProcessLock lock, std::unique_ptr<store::Writer> writer,
                 LogIdentity identity)
    : machine_(machine),
      workplace_(workplace),
      lock_(std::move(lock)),
      writer_(std::move(writer)),
      judge_(*writer_, workplace.zone),
      reevaluation_(*writer_, judge_, workplace.zone, workplace.config.records_per_batch),
      intake_(machine, workplace, *writer_, judge_),
      live_(machine, workplace, *writer_, judge_),
      checkpoints_(machine, *writer_, std::move(identity)),
      eraser_(machine, workplace, *writer_) {}

Result<std::unique_ptr<Station>> Station::open(const Machine& machine, Workplace& workplace) {
  if (Status made = machine.files.make_directory(workplace.config.state_dir); !made) return std::move(made).error();
  Result<ProcessLock> lock = ProcessLock::take(join_path(workplace.config.state_dir, "lock"));
  if (!lock) return std::move(lock).error();
  Result<std::unique_ptr<store::Writer>> writer = open_writer(machine, workplace);
  if (!writer) return std::move(writer).error();
  Result<std::string> store_id = (*writer)->reader().store_id();
  if (!store_id) return std::move(store_id).error();
  Result<LogIdentity> identity = log_identity(machine, workplace, *store_id);
  if (!identity) return std::move(identity).error();
  if (Status started = record_start(machine, workplace, **writer); !started) return std::move(started).error();
  return std::unique_ptr<Station>(
      new Station(machine, workplace, *std::move(lock), *std::move(writer), *std::move(identity)));
}

Status Station::finish() {
  if (Status stopped = record_stop(machine_, *writer_); !stopped) return stopped;
  return checkpoints_.sign_now();
}

// A store that fails fails in what comes next, too.
void Station::beat() {
  if (pulse_ == nullptr) return;
  if (Status done = pulse_->between(); !done) machine_.log.warning(done.error().text());
}

Status Station::erase_due(LocalDay today) {
  Result<std::optional<LocalDay>> newest = newest_day();
  if (!newest) return std::move(newest).error();
  Result<std::int64_t> destroyed = eraser_.plan(erasing_day(today, *newest));
  if (!destroyed) return std::move(destroyed).error();
  return *destroyed > 0 ? know_erased() : Status(Done{});
}

Result<bool> Station::erase_some() {
  return eraser_.step();
}

Status Station::know_erased() {
  Result<std::optional<LocalDay>> erased = reader().erased_through();
  if (!erased) return std::move(erased).error();
  judge_.set_erased(*erased);
  return Done{};
}

Status Station::take_decisions() {
  UnmaskingScribe scribe(workplace_, *writer_, judge_);
  return take_handover(machine_, workplace_, *writer_, &scribe);
}

void Station::breathe() {
  if (!breathe_ || breathless_) return;
  if (Status done = breathe_(); !done) breathless_ = std::move(done).error();
}

// Without it look-ups get slower; nothing is wrong with them, so nothing stops.
void Station::merge_some() {
  const Result<bool> merged = writer_->merge_some();
  if (merged || is_merge_fault_told_) return;
  is_merge_fault_told_ = true;
  machine_.log.warning("look-ups are not merged: " + merged.error().text());
}

Status Station::breathed() {
  if (!breathless_) return Done{};
  return *std::exchange(breathless_, std::nullopt);
}

Result<IntakeCounts> Station::read_all(std::map<std::string, IntakeCounts>& by_source) {
  IntakeCounts all;
  ProgressLine line(machine_.clock, "reading");
  for (const config::Source& source : workplace_.config.sources) {
    beat();
    Result<IntakeCounts> counts =
        intake_.read_source(source, [&](const std::string& file, std::int64_t done, std::int64_t size) {
          line.show(done, size, source.name + "/" + file);
          // Between two commits: what is read for hours is signed on the way.
          if (Status ticked = checkpoints_.tick(); !ticked) machine_.log.warning(ticked.error().text());
          merge_some();
          breathe();
        });
    if (!counts) return counts;
    if (Status done = breathed(); !done) return std::move(done).error();
    by_source[source.name] += *counts;
    all += *counts;
  }
  return all;
}

Result<IntakeCounts> Station::read_file(const config::Source& source, const std::string& path) {
  ProgressLine line(machine_.clock, "reading");
  return intake_.read_file(source, path, [&](const std::string& file, std::int64_t done, std::int64_t size) {
    line.show(done, size, source.name + "/" + file);
    merge_some();
  });
}

Status Station::correlate() {
  // May take minutes: what has come so far must not wait for its signature.
  if (Status done = checkpoints_.sign_now(); !done) return done;
  ProgressLine line(machine_.clock, "correlating");
  const Status done = judge_.correlate(machine_.clock.now(), [&](std::int64_t part, std::int64_t all) {
    line.show(part, all, "");
    beat();
    breathe();
  });
  return done ? breathed() : done;
}

Status Station::close_through(LocalDay last) {
  ProgressLine line(machine_.clock, "comparing");
  return judge_.close_days(last, machine_.clock.now(), [&](std::int64_t done, std::int64_t all) {
    line.show(done, all, std::to_string(done) + " of " + std::to_string(all) + " days");
    if (pulse_ != nullptr) pulse_->within();
  });
}

Result<std::optional<LocalDay>> Station::newest_day() {
  auto span = reader().span();
  if (!span) return std::move(span).error();
  std::optional<LocalDay> out;
  if (*span) out = workplace_.zone.local((*span)->second).day;
  return out;
}

LocalDay last_closed_day(Instant now, const Zone& zone, int report_at_minute) {
  return zone.local(Instant{now.micros - report_at_minute * kMicrosPerMinute}).day.plus(-1);
}

std::string counts_line(const std::string& title, const IntakeCounts& counts) {
  return title + "：收到 " + with_thousands(counts.in()) + " ＝ 入庫 " + with_thousands(counts.stored) + " ＋ 重複 " +
         with_thousands(counts.duplicates) + " ＋ 隔離 " + with_thousands(counts.quarantined) + " ＋ 待續 " +
         with_thousands(counts.pending) + "（" + with_thousands(counts.files) + " 檔）";
}

}  // namespace trailwatch::app
