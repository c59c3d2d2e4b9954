#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "app/followed.h"
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
// Between two looks a log may be renamed, compressed, emptied or removed: those that grow are kept open, so that what
// was written to them in the meantime is read all the same. What a file holds when it is emptied in its place
// (copytruncate) and nobody has read it is gone; only the numbers of its records can tell.
//
// Thread rule: the writer's thread. All references must outlive the intake.
class Intake {
 public:
  // Called after each commit, with the bytes of the file that are done and that there are.
  using Progress = std::function<void(const std::string& file, std::int64_t done, std::int64_t all)>;

  Intake(const Machine& machine, const Workplace& workplace, store::Writer& writer, Judge& judge);

  // How long a file must stay as it is until it counts as whole. 0, as at the beginning: at once, for who reads to the
  // end and leaves.
  void set_settle(std::int64_t micros) { settle_micros_ = micros; }

  // Everything new in a source's directory. A file that can't be read is logged and passed over; only a failing store
  // ends it.
  Result<IntakeCounts> read_source(const config::Source& source, const Progress& progress);
  // One file, by whatever path it lies.
  Result<IntakeCounts> read_file(const config::Source& source, const std::string& path, const Progress& progress);

 private:
  class Batch;

  Result<IntakeCounts> read_listed(const config::Source& source, const FileInfo& listed, const Progress& progress);
  Result<std::unique_ptr<OpenFile>> open(const std::string& path) const;
  void follow_renames(const config::Source& source, const std::vector<FileInfo>& listed);
  Result<IntakeCounts> read_rotated(const config::Source& source, const Progress& progress);
  Result<Followed> follow(const config::Source& source, OpenFile& file, const std::string& name);
  Result<IntakeCounts> take(const config::Source& source, OpenFile& file, Followed& followed, bool is_whole,
                            const Progress& progress);
  Status commit(Batch& batch, Followed& followed, const normalise::ReadPosition& position, std::int64_t pending);
  std::vector<collect::Known> known_files(const std::string& source, const std::string& name) const;
  bool has_settled(const Followed& followed) const;
  bool is_growing(const config::Source& source) const;
  void remember(const std::string& path, Followed followed);
  void close_old_logs();
  void complain(const std::string& about, const std::string& text);

  const Machine& machine_;
  const Workplace& workplace_;
  store::Writer& writer_;
  Judge& judge_;
  std::int64_t settle_micros_ = 0;
  std::map<std::string, Followed> followed_;  // by path
  std::vector<Followed> rotated_;             // open logs that no path of their source leads to any more
  std::map<std::string, std::map<std::int64_t, store::FileRow>> rows_;  // by source, then file id
  std::map<std::string, bool> loaded_;
  std::map<std::string, std::string> complaints_;  // what was said last, so that it is said once
};

}  // namespace trailwatch::app
