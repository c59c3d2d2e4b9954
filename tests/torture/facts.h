#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace trailwatch::torture {

// What a store says, in a form that two stores can be compared by: nothing in it depends on when it was made, by which
// key, or in how many transactions.
struct Facts {
  std::vector<std::string> events;  // source, file, offset, time, officer …; sorted, doubled ones twice
  std::vector<std::string> files;   // how far each was read, and its books
  std::vector<std::string> quarantine;
  std::vector<std::string> findings;
  std::vector<std::string> alert_rows;  // as stored: what `alerts` is made of, with findings, ledger and files in force
  std::vector<std::string> told;        // messages but those about trouble, issued reports, what they told
  std::vector<std::string> ledger;
  // `trailwatch alerts --format jsonl`, byte for byte but for the time of a decision; empty: not asked for.
  std::string alerts;
  std::string problem;  // why the store could not be read
};

// The first difference as a sentence; empty when there is none. Alerts are compared when both were asked for.
std::string difference(const Facts& expected, const Facts& found);

// Reads all but `alerts`.
Facts read_facts(const std::string& database);

// Holds a store against its tree and the tree against `notes` (and the store's own), tries proofs and looks for what
// must never be twice. `keys`: public keys of the log, one a line. What is wrong; empty if nothing is.
// `is_signed`: everything up to the last leaf must be.
std::string verify(const std::string& state, const std::string& keys, const std::vector<std::string>& notes,
                   bool is_signed);

}  // namespace trailwatch::torture
