#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "trailwatch/model/event.h"
#include "trailwatch/normalise/profile.h"

namespace trailwatch::normalise {

// Takes what a reader found, in the order of the file. Called on the thread that feeds the reader.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  // `event` is valid during the call only; the reader reuses it.
  virtual void accepted(const model::QueryEvent& event, const model::RecordKey& key) = 0;
  virtual void rejected(const model::Rejected& record) = 0;
};

// How far a file was read, and what must be known to go on from there. Written to disk with the events it accounts for.
struct ReadPosition {
  std::int64_t offset = 0;                    // bytes taken
  std::int64_t line = 0;                      // physical lines taken
  std::int64_t rows = 0;                      // records taken, good or bad
  std::optional<std::int64_t> declared_rows;  // by the trailer, once seen
  std::string header;                         // raw bytes of the header line, once seen (csv)
};

// Turns the bytes of one file into events and rejected records. Never throws on input, never loses a record silently:
// each record goes to exactly one of the sink's two calls. Header, trailer and blank lines are no records.
//
// Thread rule: one task at a time. `sink` must outlive the reader.
class Reader {
 public:
  // `origin.source` and `origin.file` are copied into every record. `from` is where the bytes fed first begin.
  Reader(Profile profile, model::Origin origin, ReadPosition from, RecordSink& sink);
  ~Reader();

  // Takes as many whole records as `bytes` holds and returns how many bytes that was; the rest must be fed again, with
  // more behind it. `at_end` says that nothing follows now: a complete file's unterminated last line is then a record,
  // a growing file's is left. Returns less than everything only for such a rest.
  //
  // A record has at most 64 KiB: whoever offers 64 KiB and two bytes, or the end, always makes progress. A longer line
  // is taken piece by piece, and refused as a whole when its end is seen.
  std::size_t feed(std::string_view bytes, bool at_end);
  // Whether the bytes that end are all there will ever be, so that an unterminated last line is a record. Until this is
  // called: what the profile says of its files.
  void set_whole(bool whole);
  // Takes one record that somebody else has cut out: a syslog message, a pushed line. It may hold line ends.
  void feed_record(std::string_view record);
  // Likewise, of one that was not kept whole because it was longer than a record may be: its first 64 KiB, its length,
  // and the beginning of its SHA-256 in hexadecimal. It is refused.
  void feed_oversize(std::string_view head, std::int64_t bytes, std::string_view hash);
  // Likewise, of one that ended before it was whole: what came of `bytes` bytes; 0 when nobody knows how many it had.
  // It is refused, for what is missing may have been any part of it.
  void feed_cut_off(std::string_view head, std::int64_t bytes);

  // Where a new reader would go on, with nothing lost and nothing twice. It stays at the beginning of a line that is
  // longer than a record until that line's end was fed, so in between it lies behind what `feed` has taken.
  const ReadPosition& position() const;
  // 1 if, after a feed with `at_end`, a half-written record remains; else 0.
  std::int64_t pending() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace trailwatch::normalise
