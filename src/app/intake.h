#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "app/judge.h"
#include "app/workplace.h"
#include "trailwatch/collect/deliveries.h"
#include "trailwatch/normalise/reader.h"
#include "trailwatch/store/writer.h"

namespace trailwatch::app {

// What became of the records that one run has read.
struct IntakeCounts {
  std::int64_t files = 0;
  std::int64_t unchanged_files = 0;
  std::int64_t stored = 0;
  std::int64_t duplicates = 0;
  std::int64_t quarantined = 0;
  std::int64_t pending = 0;
  std::int64_t bytes = 0;
  std::int64_t in() const { return stored + duplicates + quarantined + pending; }
  IntakeCounts& operator+=(const IntakeCounts& other);
};

// Reads sources into the store: bytes → records → events → rules, one transaction a batch, which also holds how far the
// file was read. Whatever stops it, the next run goes on where the last commit left off.
//
// Thread rule: the writer's thread. All references must outlive the intake.
class Intake {
 public:
  // Called after each commit, with the bytes of the file that are done and that there are.
  using Progress = std::function<void(const std::string& file, std::int64_t done, std::int64_t all)>;

  Intake(const Machine& machine, const Workplace& workplace, store::Writer& writer, Judge& judge);

  // Everything new in a source's directory. A file that can't be read is logged and passed over; only a failing store
  // ends it.
  Result<IntakeCounts> read_source(const config::Source& source, const Progress& progress);
  // One file, by whatever path it lies.
  Result<IntakeCounts> read_file(const config::Source& source, const std::string& path, const Progress& progress);

 private:
  class Batch;
  struct Followed {
    FileInfo info;  // as it was when it was read last
    store::FileRow row;
    Sha256 taken;  // over the first row.position bytes
  };

  Result<Followed> follow(const config::Source& source, OpenFile& file, const std::string& name);
  Result<IntakeCounts> take(const config::Source& source, OpenFile& file, Followed& followed, const Progress& progress);
  Status commit(Batch& batch, Followed& followed, const normalise::ReadPosition& position, std::int64_t pending);
  std::vector<collect::Known> known_files(const std::string& source, const std::string& name) const;
  void remember(const std::string& path, Followed followed);

  const Machine& machine_;
  const Workplace& workplace_;
  store::Writer& writer_;
  Judge& judge_;
  std::map<std::string, Followed> followed_;                            // by path
  std::map<std::string, std::map<std::int64_t, store::FileRow>> rows_;  // by source, then file id
  std::map<std::string, bool> loaded_;
};

}  // namespace trailwatch::app
