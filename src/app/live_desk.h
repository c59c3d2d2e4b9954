#pragma once

#include <map>
#include <string>

#include "app/catch_up.h"
#include "app/live_sources.h"

namespace trailwatch::app {

// Takes what the live sources have brought to the store, and tells their senders what became of it.
//
// Thread rule: the writer's thread, outside of transactions. All references must outlive it.
class LiveDesk {
 public:
  LiveDesk(const Machine& machine, const Workplace& workplace, Station& station, LiveSources& sources);

  // Commits what waits, all of it or for half a second, and answers it. After a failure pushed deliveries are told to
  // come again, all others wait for the next call.
  Status drain();
  bool is_waiting() const { return !sources_.queue().is_empty(); }
  // Now and then: log lines about what came, what `status` shows, doors that could not be opened.
  Status tend();

  // The figures as they are now, for `status`.
  Status tell_figures();

 private:
  const Machine& machine_;
  const Workplace& workplace_;
  Station& station_;
  LiveSources& sources_;
  std::map<std::string, IntakeCounts> counts_;       // since the last log line
  std::int64_t told_ = 0, opened_ = 0, logged_ = 0;  // steady clock
  std::string figures_;                              // as they stand in the store
};

// Under which name the store keeps them: {"connections":…,"accepted":…,"frames":…,"refused":{…},"lost":{…},
// "faults":[…]}
constexpr const char* kLiveFigures = "live_figures";

}  // namespace trailwatch::app
