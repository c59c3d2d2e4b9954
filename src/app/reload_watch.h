#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/workplace.h"

namespace trailwatch::app {

// Notices that reference or rule files on the disk have been replaced.
//
// A file that is still being written must not be taken for what was meant: what is there is handed over only when two
// looks in a row found the same names, sizes and bytes. Nothing is judged here, so that files which can't be used are
// handed over once too, and told once. Thread rule: one task at a time. Both references must outlive it.
class ReloadWatch {
 public:
  // `taken`: what was read from the disk before.
  ReloadWatch(const ReadFiles& files, const config::Config& config, const std::vector<store::InForce>& taken);

  // The files, when they differ from what was handed over last and have come to rest. What can't be read just now is
  // looked at again.
  std::optional<std::vector<store::InForce>> look();
  // The last look found something new, and another one is to tell whether it has come to rest.
  bool is_restless() const { return !seen_.empty(); }

 private:
  const ReadFiles& files_;
  const config::Config& config_;
  std::string taken_;  // a digest of all of it
  std::string seen_;   // of what is new, at the last look; empty: nothing was
};

}  // namespace trailwatch::app
