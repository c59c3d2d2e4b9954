#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "trailwatch/base/time.h"
#include "trailwatch/model/event.h"

namespace trailwatch::seal {

// What a leaf of the tree is about. The numbers are written to disk, the words into leaves.
enum class LeafKind : std::uint8_t {
  event = 1,       // a look-up
  quarantine = 2,  // a record that could not be read as one
  file = 3,        // how far a delivered file was read, and what became of its records
  alert = 4,
  decision = 5,
  rule = 6,
  reference = 7,
  config = 8,
  login = 9,
  unmask = 10,
  exported = 11,  // `export`
  purge = 12,
  gap = 13,
  start = 14,
  stop = 15,
};
std::string_view to_text(LeafKind kind);
std::optional<LeafKind> find_leaf_kind(std::int64_t number);

// What goes into a leaf: where it stands, and two salted hashes. Nothing in it tells about a person; whoever knows salt
// and record can show that they are what was put in.
struct Leaf {
  LeafKind kind = LeafKind::event;
  std::int64_t index = 0;  // in the tree, from 0
  Instant received;
  std::string_view source;  // name of the configured source, or what else it came from
  std::string_view salt;    // 32 bytes of its own (vault::Vault::salt)
  std::string_view raw;     // as it arrived
  std::string_view record;  // what was made of it: one of the records below, or any JSON for the other kinds
};

// Seven lines, each with its end: `trailwatch/leaf/v1`, kind, index, time in whole milliseconds since 1970 UTC, source,
// base64 SHA-256(salt ‖ raw), base64 SHA-256(salt ‖ record). In the source, control characters and `%` stand as `%0A`.
// docs/evidence.md is the format's page.
std::string leaf_bytes(const Leaf& leaf);

// Where the store keeps an event, as far as its record names it.
struct EventPlace {
  std::int64_t file = 0;       // number of the delivered file
  std::string_view key_scope;  // within which `key_number` tells records apart
  std::int64_t key_number = 0;
  Instant received;  // to the microsecond; the leaf itself has milliseconds
};

// Records: JSON objects on one line, keys in alphabetical order, no blanks; only `"`, `\` and control characters are
// escaped, those as `\u001f`. The same event gives the same bytes. Everything that the store says about the event is in
// it, except for its number there.
std::string event_record(const model::QueryEvent& event, const EventPlace& place);
std::string quarantine_record(const model::Rejected& rejected, std::int64_t file, Instant received);

// Adds `,"key":"text"` or `,"key":number` to an object under construction; `{` stands for `,` when it is empty. For the
// records of other kinds.
void add_member(std::string& object, std::string_view key, std::string_view text);
void add_member(std::string& object, std::string_view key, std::int64_t number);

}  // namespace trailwatch::seal
