#pragma once

#include "app/checkpoints.h"
#include "app/eraser.h"
#include "app/heartbeat.h"
#include "app/intake.h"
#include "app/judge.h"
#include "app/live_intake.h"
#include "app/reevaluation.h"
#include "app/system.h"
#include "app/workplace.h"

namespace trailwatch::app {

// Everything that writes, opened and wired together: lock, store, engine, judge, intake.
class Station {
 public:
  // Takes the process lock of the state directory. `machine` and `workplace` (of `load_for_store`) must outlive the
  // station, which puts what is in force into the workplace: files that can't be used give way to those that the store
  // was evaluated with.
  static Result<std::unique_ptr<Station>> open(const Machine& machine, Workplace& workplace);

  // Decisions that commands have handed over.
  Status take_decisions();
  // Compares the files in force with those that the store was evaluated with, and plans what is to be evaluated again.
  Status refresh();
  // Between transactions: these files lie on the disk now. Those that can be used are in force from now on; what they
  // affect is planned.
  Status offer(const std::vector<store::InForce>& files);
  // Planned days are waiting.
  bool is_reevaluating() const { return reevaluation_.is_active(); }
  // One slice of it. Until all is done, correlations and baselines wait.
  Status reevaluate_some();
  // Events that were read for it, by this process.
  std::int64_t events_reevaluated() const { return reevaluation_.events_read(); }
  // All of it, with a line that tells how far it is.
  Status reevaluate();
  // Intake::set_settle
  void set_settle(std::int64_t micros) { intake_.set_settle(micros); }
  // Every source to its end.
  Result<IntakeCounts> read_all(std::map<std::string, IntakeCounts>& by_source);
  Result<IntakeCounts> read_file(const config::Source& source, const std::string& path);
  // What came over the network: see LiveIntake.
  Result<std::size_t> take(const std::vector<collect::Delivery>& deliveries, std::vector<collect::Receipt>& receipts) {
    return live_.take(deliveries, receipts);
  }
  std::map<std::string, IntakeCounts> live_counts() { return live_.counts(); }
  // `breathe` is called now and then within long work, between transactions, and may use `take`. Its failure is that of
  // the work.
  void set_breath(std::function<Status()> breathe) { breathe_ = std::move(breathe); }
  // After a commit that stored events, when nobody waits for it: one slice of the work that keeps look-ups quick.
  void merge_some();
  // Correlations over everything that is new.
  Status correlate();
  // Baselines up to `last`, inclusive.
  Status close_through(LocalDay last);
  // Who hears of each alert that is composed; must outlive the station's use.
  void set_listener(AlertListener* listener) { judge_.set_listener(listener); }
  // Who is told that long work goes on; must outlive the station's use.
  void set_pulse(Pulse* pulse) { pulse_ = pulse; }
  store::Writer& writer() { return *writer_; }
  // The newest local day that has events.
  Result<std::optional<LocalDay>> newest_day();
  store::Reader& reader() { return writer_->reader(); }
  // Of the files in force; after `refresh`.
  const rules::Engine& engine() const { return *engine_; }
  // Signs the tree when that is due. Nothing stops when it can't be signed.
  Status sign_if_due() { return checkpoints_.tick(); }
  // Signs what is not signed yet: before a report goes out that carries the checkpoint.
  Status sign_now() { return checkpoints_.sign_now(); }
  // Destroys the secrets of what has been kept long enough on `today` and is not held; the rows go with `erase_some`, a
  // slice a call, while `is_erasing`. False: a reader is in the way of the last step, nothing more can be done just
  // now.
  Status erase_due(LocalDay today);
  bool is_erasing() const { return eraser_.is_active(); }
  Result<bool> erase_some();
  // The last thing of a clean end: a leaf says so, and the tree is signed.
  Status finish();

 private:
  Station(const Machine& machine, Workplace& workplace, ProcessLock lock, std::unique_ptr<store::Writer> writer,
          LogIdentity identity);
  Status adopt(Judgement chosen);
  void breathe();
  Status breathed();
  void beat();
  Status know_erased();
  Result<Affected> affected_by(const std::string& known, const std::string& version, const Judgement& chosen,
                               const rules::Engine& engine, const std::vector<store::InForce>& before);

  const Machine& machine_;
  Workplace& workplace_;
  ProcessLock lock_;
  std::unique_ptr<store::Writer> writer_;
  std::unique_ptr<rules::Engine> engine_;
  Judge judge_;
  Reevaluation reevaluation_;
  Intake intake_;
  LiveIntake live_;
  Checkpoints checkpoints_;
  std::function<Status()> breathe_;
  std::optional<Error> breathless_;  // why the last breath failed
  bool is_merge_fault_told_ = false;
  Pulse* pulse_ = nullptr;
  Eraser eraser_;
};

// The last day that is closed at `now`: it ended, and `report_at` of the day after it has come.
LocalDay last_closed_day(Instant now, const Zone& zone, int report_at_minute);

// `戶役政  收到 412 ＝ 入庫 400 ＋ 重複 12 ＋ 隔離 0 ＋ 待續 0`
std::string counts_line(const std::string& title, const IntakeCounts& counts);

}  // namespace trailwatch::app
