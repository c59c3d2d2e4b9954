#pragma once

#include "app/intake.h"
#include "app/judge.h"
#include "app/system.h"
#include "app/workplace.h"

namespace trailwatch::app {

// Everything that writes, opened and wired together: lock, store, engine, judge, intake.
class Station {
 public:
  // Takes the process lock of the state directory. `machine` and `workplace` must outlive the station.
  static Result<std::unique_ptr<Station>> open(const Machine& machine, const Workplace& workplace);

  // Decisions that commands have handed over.
  Status take_decisions();
  // If rules or reference data have changed: evaluates all stored events again.
  Status refresh();
  // Every source to its end.
  Result<IntakeCounts> read_all(std::map<std::string, IntakeCounts>& by_source);
  Result<IntakeCounts> read_file(const config::Source& source, const std::string& path);
  // Correlations over everything that is new.
  Status correlate();
  // Baselines up to `last`, inclusive.
  Status close_through(LocalDay last);
  // Who hears of each alert that is composed; must outlive the station's use.
  void set_listener(AlertListener* listener) { judge_.set_listener(listener); }
  store::Writer& writer() { return *writer_; }
  // The newest local day that has events.
  Result<std::optional<LocalDay>> newest_day();
  store::Reader& reader() { return writer_->reader(); }

 private:
  Station(const Machine& machine, const Workplace& workplace, ProcessLock lock, std::unique_ptr<store::Writer> writer);

  const Machine& machine_;
  const Workplace& workplace_;
  ProcessLock lock_;
  std::unique_ptr<store::Writer> writer_;
  rules::Engine engine_;
  Judge judge_;
  Intake intake_;
};

// The last day that is closed at `now`: it ended, and `report_at` of the day after it has come.
LocalDay last_closed_day(Instant now, const Zone& zone, int report_at_minute);

// `戶役政  收到 412 ＝ 入庫 400 ＋ 重複 12 ＋ 隔離 0 ＋ 待續 0`
std::string counts_line(const std::string& title, const IntakeCounts& counts);

}  // namespace trailwatch::app
