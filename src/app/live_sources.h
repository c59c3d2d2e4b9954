#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/inlet.h"
#include "app/workplace.h"
#include "trailwatch/collect/listeners.h"

namespace trailwatch::app {

// The live sources' own thread: it runs the listeners, and puts what comes into the queue that the writer's thread
// empties.
//
// Thread rule: all calls on the writer's thread. `machine` and `workplace` must outlive it.
class LiveSources {
 public:
  // `wake` is called on the listeners' thread when the queue is no longer empty.
  LiveSources(const Machine& machine, const Workplace& workplace, std::function<void()> wake);
  // Ends the thread; what was not taken from the queue is gone, and nobody was told that it had been stored.
  ~LiveSources();

  // Opens all sockets that are not open yet and begins to take. What can't be opened is told in the log and in
  // `faults`; everything else works.
  void open();
  // Reads certificates, tokens and the lists of who may send again, for connections from now on. What can't be used
  // leaves that door as it was.
  void renew(const std::vector<config::Source>& sources);
  // Takes over what has arrived and closes everything; then `done` is called on the listeners' thread. The queue must
  // be emptied meanwhile.
  void stop(std::function<void()> done);

  Queue& queue() { return queue_; }
  const Queue& queue() const { return queue_; }
  bool has_any() const;
  // As of at most a second ago.
  collect::Figures figures() const;
  const std::vector<std::string>& faults() const { return faults_; }

 private:
  struct Engine;
  Result<collect::Door> door_of(const std::vector<config::Source>& sources, const config::Listen& listen) const;

  const Machine& machine_;
  const Workplace& workplace_;
  Queue queue_;
  std::unique_ptr<Engine> engine_;
  std::vector<std::string> faults_;
};

}  // namespace trailwatch::app
