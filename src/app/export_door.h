#pragma once

#include <string>
#include <vector>

#include "app/workplace.h"
#include "trailwatch/model/sampling.h"

namespace trailwatch::app {

// A file that is to leave the house.
struct OutFile {
  std::string path;
  std::string content;
  bool secret = false;  // holds persons in the plain: mode 0600
};

// The way out for everything that is exported. First it goes on record, with a leaf of its own: who, at which account,
// why, what, the hash of each file. Only then are the files written. Where the daemon has the store, it writes the
// record. `exported` says by whom, of what kind, for which period, what was asked for, which events are shown and why;
// the rest is filled in here.
Status hand_out(const Machine& machine, const Workplace& workplace, model::Exported exported,
                const std::vector<OutFile>& files);

// The record alone, for files that are written in another way.
Status put_on_record(const Machine& machine, const Workplace& workplace, model::Exported exported,
                     const std::vector<OutFile>& files);

// Has what is stored signed, as far as nobody else has the store: who has it signs within a minute by itself.
Status sign_if_free(const Machine& machine, const Workplace& workplace);

// What a person types as a reason: up to 500 characters, not blank.
Status check_export_reason(const std::string& reason);

}  // namespace trailwatch::app
