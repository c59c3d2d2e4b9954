#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/announcer.h"
#include "app/catch_up.h"
#include "app/commands.h"
#include "app/courier.h"
#include "app/live_desk.h"
#include "app/postman.h"
#include "app/reload_watch.h"

namespace trailwatch::app {

// The daemon's work, one round at a time: take over replaced files, read what is new, close the days that are over,
// issue the reports that are due, send what is in the outbox. It knows nothing of timers and signals.
//
// Thread rule: the writer's thread. All references must outlive it.
class Daemon {
 public:
  Daemon(const Machine& machine, const Workplace& workplace, Station& station, LiveSources& live,
         const ServeOptions& options);

  // `finish`: what must be evaluated again is, before anything else.
  Status start(bool finish);
  Status round();
  // What live sources have brought. Comes between all other work.
  Status drain() { return desk_.drain(); }
  // Reference and rule files are looked at in the next round, whenever that was done last.
  void look_now() { looks_now_ = true; }
  bool is_waiting() const { return desk_.is_waiting(); }
  bool is_live() const { return live_.has_any(); }
  // Once for each new failure.
  void complain(const Error& error) {
    if (complaint_ != error.text()) machine_.log.error(error.text());
    complaint_ = error.text();
  }
  // Certificates, tokens and lists of peers as the configuration names them now.
  void renew_live();
  // That look is still to come, or has found files that have not come to rest.
  bool is_looking() const { return looks_now_; }
  // The next round has work left over from this one.
  bool is_busy() const { return station_.is_reevaluating() || is_erasing_; }
  // One line for the service manager.
  std::string standing() const;
  // What came back of the last deliveries is written down; what is under way is broken off and stays in the outbox.
  Status stop() {
    if (Status told = desk_.tell_figures(); !told) return told;
    return postman_.settle();
  }
  const std::vector<std::string>& newest_report() const { return newest_report_; }
  std::optional<LocalDay> reported() const { return reported_; }

 private:
  LocalDay closed() const;
  Status take_over_files();
  Result<std::vector<LocalDay>> due(bool is_quiet);
  Status report(const std::vector<LocalDay>& days);
  Status write_unwritten();
  Status write_files(LocalDay day);
  Status erase();

  const Machine& machine_;
  const Workplace& workplace_;
  Station& station_;
  ReloadWatch watch_;
  std::int64_t looked_ = 0;  // steady clock
  bool looks_now_ = false;
  std::optional<LocalDay> until_;  // instead of what the clock says
  bool once_;
  Announcer announcer_;
  Courier courier_;
  Postman postman_;
  LiveSources& live_;
  LiveDesk desk_;
  std::string complaint_;
  std::set<LocalDay> unwritten_;      // issued, but perhaps not in the directory of reports
  std::optional<LocalDay> reported_;  // the newest day whose report this process has issued or found
  std::vector<std::string> newest_report_;
  std::optional<std::int64_t> delivered_;      // steady clock, when there was something to report for the first time
  std::int64_t correlated_ = 0;                // steady clock
  std::optional<LocalDay> erased_;             // the day on which it was looked for what is to be erased
  bool is_erasing_ = false;                    // the next round goes on with it
  std::optional<std::int64_t> report_failed_;  // steady clock
};

}  // namespace trailwatch::app
