#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "trailwatch/base/time.h"

namespace trailwatch::model {

// How the officer found the subject.
enum class LookupBy : std::uint8_t { unknown, id, name, plate, address, parcel };
std::string_view to_text(LookupBy by);
std::optional<LookupBy> find_lookup_by(std::string_view text);

enum class SubjectKind : std::uint8_t { none, person, vehicle, parcel };
std::string_view to_text(SubjectKind kind);
std::optional<SubjectKind> find_subject_kind(std::string_view text);

// Where a record stood when it was read.
struct Origin {
  std::string source;       // the configured source's name
  std::string file;         // the file's name as delivered, relative to the source's directory
  std::int64_t line = 0;    // physical, 1-based; the first one of a record that spans several
  std::int64_t offset = 0;  // bytes from the start of the file
};

// Why this record is this record, whatever file brings it again. Empty `scope` and `number` mean: by logical file and
// offset.
struct RecordKey {
  std::string scope;   // within which the number is unique: `vehicle`, `household|10004010|2026-03-02`
  std::string number;  // sequence number, mostly decimal; any text
  bool empty() const { return scope.empty() && number.empty(); }
};

// One look-up, in the canonical form that all sources are brought to. Plain value; text is UTF-8, empty means not
// given.
struct QueryEvent {
  Instant time;            // when the look-up happened, by the source's clock
  int offset_minutes = 0;  // the source's own offset from UTC
  std::string system;      // the register that was read: household, vehicle, land, police or any configured name
  std::string channel;     // the system through which it was read
  std::string agency;
  std::string unit;     // known by agency *and* name
  std::string officer;  // staff id, upper case
  std::string account;
  std::string officer_name;  // personal: through the vault only
  std::string terminal;      // IP address or host
  std::string action;        // function code
  LookupBy lookup_by = LookupBy::unknown;
  SubjectKind subject_kind = SubjectKind::none;
  std::string subject;       // personal: ids and plates upper case, full-width folded; the name when there is no id
  std::string subject_name;  // personal
  std::string reason_code;
  std::string reason;  // free text, so personal
  std::string case_no;
  std::string approver;
  std::optional<std::int64_t> rows;  // returned by the register
  Origin origin;
  std::string raw;           // the record as it arrived, without its line end: evidence
  bool undecodable = false;  // some bytes of `raw` could not be read and stand as U+FFFD
};

// A record that could not be read as an event. A value, not an error: it is evidence and is stored.
struct Rejected {
  std::string reason;  // for people, in Traditional Chinese: `查詢時間無法判讀：「1150231」不是日期`; never holds
                       // subjects or names
  std::string code;    // for programs: `bad-time`, `missing-field`, `bad-json`, `columns`, ...
  Origin origin;
  std::string raw;
};

}  // namespace trailwatch::model
