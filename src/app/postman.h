#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/courier.h"
#include "app/workplace.h"

namespace trailwatch::app {

// The outbox's keeper, in the writer's thread: hands out what is due, writes down what became of it, says when a
// channel fails. A message leaves the outbox only after the other side has taken it; killed in between, the next start
// sends it again, with the same id.
class Postman {
 public:
  // References must outlive it.
  Postman(const Machine& machine, const Workplace& workplace, store::Writer& writer, Courier& courier)
      : machine_(machine), workplace_(workplace), writer_(writer), courier_(courier) {}

  // What came back, what fails for too long, what is due.
  Status round();
  // Rounds until nothing is under way: for `--once`, and for what is left when the daemon is told to stop. Each message
  // is tried once.
  Status finish();
  bool is_busy() const { return !under_way_.empty(); }
  // Only writes down what came back: before the daemon ends.
  Status settle() { return record(courier_.returns()); }

 private:
  Status record(std::vector<Return> returns);
  Status complain();
  Status hand_out();

  const Machine& machine_;
  const Workplace& workplace_;
  store::Writer& writer_;
  Courier& courier_;
  std::set<std::string> under_way_;
  std::set<std::string> tried_;  // by finish()
  bool once_ = false;
  std::optional<std::int64_t> complained_;  // steady clock
};

// Asks for messages that were given up: a running daemon does it at its next round, else it is done here. How many;
// nothing when it was only asked for.
Result<std::optional<std::int64_t>> ask_again(const Machine& machine, const Workplace& workplace,
                                              const std::string& id_begins);
// The daemon's side of it.
Status take_asked_again(const Machine& machine, const Workplace& workplace, store::Writer& writer);

// What the channel needs to prove itself, from its file or from systemd's credentials. Empty when it needs nothing.
Result<std::string> read_secret(const Machine& machine, const config::Channel& channel);

}  // namespace trailwatch::app
