#pragma once

#include <map>
#include <string>
#include <vector>

#include "torture/facts.h"
#include "torture/program.h"
#include "torture/trace.h"

namespace trailwatch::torture {

// Something that the program has told somebody outside, at a place of the trace: from then on it must be there.
struct Acknowledged {
  std::size_t at = 0;             // the first operation of the trace that may fail without excuse
  std::vector<std::string> keys;  // events, as Facts::events has them
  std::string note;               // a signed checkpoint that was handed out; or empty
};

// One run of the program, in a place where the deliveries of that step lie.
struct Step {
  std::string name;
  std::vector<std::string> arguments;
  bool enters = false;  // adds an entry to the ledger: a person does that once, and looks before doing it again
  // From the undisturbed run.
  Trace trace;
  Facts facts;         // after it
  std::string before;  // a directory: what the place was like
};

// A tiny county over two days, from the first file to a report, a decision, changed rules and a late file. Made once
// and run once undisturbed; every harness disturbs one of its steps and compares.
//
// A place is a directory with the configuration, links to what was delivered by then, and `home`: all that the program
// writes.
class Pipeline {
 public:
  // Works below `base`, which is empty.
  Pipeline(Tools tools, std::string base);

  // Runs every step undisturbed. What is wrong already then; empty if nothing is.
  std::string record();

  const std::vector<Step>& steps() const { return steps_; }
  const Tools& tools() const { return tools_; }
  // All steps in a row, and where each begins; at the end, where the last one ends.
  const Trace& trace() const { return trace_; }
  const std::vector<std::size_t>& begins() const { return begins_; }
  const std::vector<Acknowledged>& acknowledged() const { return acknowledged_; }
  // The log's public key of the undisturbed run.
  const std::string& log_key() const { return log_key_; }

  // Makes a place as it is just before `step`, as the undisturbed run came there; `home` may be left empty for others
  // to fill.
  std::string make_place(const std::string& name, std::size_t step, bool with_home) const;
  // Links to what is delivered by `step`.
  void deliver(const std::string& place, std::size_t step) const;
  // What `make_place` may leave to somebody else.
  static std::string home(const std::string& place) { return place + "/home"; }

  Outcome run(const std::string& place, std::size_t step, const Fault& fault, const std::string& trace) const;
  Facts look(const std::string& place, bool with_alerts) const;
  // Does the ledger have what the step was to enter? Whoever saw a command end badly looks before he repeats it.
  bool is_entered(const std::string& place, std::size_t step) const;
  // Runs the step again after whatever came, undisturbed, and holds everything against the undisturbed run. `notes`:
  // checkpoints that were handed out before. `with_alerts`: also what the command prints, not only what it is made of.
  // What is wrong; empty if nothing is.
  std::string recover(const std::string& place, std::size_t step, const std::vector<std::string>& notes,
                      bool with_alerts) const;

 private:
  void make_county();
  std::string poverty() const;
  void acknowledge_said(const Step& step);
  void configure(const std::string& place) const;
  std::string made(const std::string& path) const { return base_ + "/made/" + path; }

  Tools tools_;
  std::string base_;
  std::vector<Step> steps_;
  Trace trace_;
  std::vector<std::size_t> begins_;
  std::vector<Acknowledged> acknowledged_;
  std::string log_key_;
};

}  // namespace trailwatch::torture
