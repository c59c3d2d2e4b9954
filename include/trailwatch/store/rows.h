#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trailwatch/base/time.h"
#include "trailwatch/model/alert.h"
#include "trailwatch/model/event.h"
#include "trailwatch/model/finding.h"
#include "trailwatch/vault/vault.h"

// The plain values that go into the store and come out of it.
namespace trailwatch::store {

using model::EventId;

// One delivered file: who it is, how far it was read, what became of its records.
struct FileRow {
  std::int64_t id = 0;  // 0: not in the store yet
  std::string source;
  std::string name;          // as delivered, relative to the source's directory
  std::int64_t logical = 0;  // the first delivery with the same content; itself when it is the first
  std::int64_t head_bytes = 0;
  std::string head;   // hexadecimal SHA-256 of the first head_bytes bytes
  std::string taken;  // of the first `position` bytes
  std::int64_t position = 0;
  std::int64_t line = 0;
  std::int64_t rows = 0;
  std::optional<std::int64_t> declared;  // rows, by the trailer
  std::string header;
  // Records: in = stored + duplicates + quarantined + pending.
  std::int64_t stored = 0;
  std::int64_t duplicates = 0;
  std::int64_t quarantined = 0;
  std::int64_t pending = 0;
  std::optional<Instant> newest;  // time of its newest event
  Instant first_seen;
  Instant last_read;

  std::int64_t records_in() const { return stored + duplicates + quarantined + pending; }
};

struct NewEvent {
  model::QueryEvent event;
  model::RecordKey key;
};

struct Added {
  // `conflict`: stored too, but its key was already used by a record with other bytes. `expired`: not stored, since its
  // month was erased; it is counted as quarantined, and a row of the quarantine says so, without its bytes.
  enum class Fate : std::uint8_t { stored, duplicate, conflict, expired } fate = Fate::stored;
  EventId id = 0;  // of the event in the store; for a duplicate the one that was there before; 0 when it is expired
};

struct StoredEvent {
  EventId id = 0;
  model::QueryEvent event;
};

struct RuleMatch {
  std::string rule;
  std::string officer;
  LocalDay day;
  EventId event = 0;
  Instant time;
};

// An empty rule name counts events of any kind. Names that are no rule's hold what baselines compare: sums, different
// values.
struct TallyRow {
  std::string rule;
  std::string officer;
  std::string agency;
  std::string unit;
  LocalDay day;
  std::int64_t events = 0;
  bool operator==(const TallyRow&) const = default;
};

// What all of a source's files add up to.
struct SourceTotals {
  std::string source;
  std::int64_t files = 0;
  std::int64_t stored = 0;
  std::int64_t duplicates = 0;
  std::int64_t quarantined = 0;
  std::int64_t pending = 0;
  std::optional<Instant> newest;
};

struct QuarantineRow {
  std::int64_t id = 0;
  std::string source;
  std::string file;
  std::int64_t line = 0;
  std::string code;
  std::string reason;
};

// Sequence numbers that never came: first and last of one stretch. Records that stand in quarantine in their place are
// not missing.
struct Hole {
  std::string source;
  std::string scope;
  std::int64_t first = 0;
  std::int64_t last = 0;
  // The event that has the next number after the hole.
  EventId next = 0;
  Instant time;
  std::string file;
};

// A file whose trailer names another number of rows than it holds.
struct TrailerFault {
  std::string source;
  std::string file;
  std::int64_t declared = 0;
  std::int64_t rows = 0;
  std::optional<Instant> newest;  // time of its newest event
};

// An event whose key an earlier record with other bytes bears too.
struct Clash {
  EventId event = 0;
  Instant time;
  std::string source;
  std::string file;
};

// An event as far as it stands outside the sealed batches. Views are valid during the call that hands it over.
struct EventOutline {
  Instant time;
  std::string_view system, channel, agency, unit, officer, account, terminal, reason_code, case_no, approver;
  model::LookupBy lookup_by = model::LookupBy::unknown;
  model::SubjectKind subject_kind = model::SubjectKind::none;
  vault::Token subject = 0;  // 0: none
};

// A file that the store's evaluation rests on.
struct InForce {
  enum class Kind : std::uint8_t { reference = 1, rule = 2 };  // written to disk: never renumber
  Kind kind = Kind::reference;
  std::string name;
  std::string text;
  auto operator<=>(const InForce&) const = default;
};

struct DayNumbers {
  std::int64_t events = 0;
  std::int64_t officers = 0;
  std::int64_t subjects = 0;
};

// One event as far as drawing a sample needs it; nothing personal.
struct PopulationRow {
  EventId id = 0;
  std::string system;
  std::string agency;
  std::string unit;
  std::string officer;
};

}  // namespace trailwatch::store
