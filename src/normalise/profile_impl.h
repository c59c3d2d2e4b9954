#pragma once

#include <re2/re2.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "normalise/clean.h"
#include "normalise/fields.h"
#include "normalise/time_form.h"
#include "trailwatch/base/encoding.h"
#include "trailwatch/model/event.h"
#include "trailwatch/normalise/profile.h"

namespace trailwatch::normalise {

enum class Format : std::uint8_t { csv, jsonl, syslog };

// A column's place among the columns that a profile names. Names are resolved when the profile is read, not per record.
using Slot = std::size_t;

// How one value comes about.
struct Value {
  enum class From : std::uint8_t { columns, join, constant };
  enum class Otherwise : std::uint8_t { keep, empty, constant };

  From from = From::constant;
  std::vector<Slot> slots;  // columns: the first that is not empty; join: all
  std::string separator;    // join
  bool whole = false;       // join: nothing, unless every column holds something
  std::string constant;
  std::vector<Clean> steps;
  std::map<std::string, std::string, std::less<>> table;
  bool has_table = false;
  Otherwise otherwise = Otherwise::keep;
  std::string otherwise_constant;
  std::string fallback;  // when all of this gives nothing
};

struct TextField {
  std::string model::QueryEvent::* member;
  Value value;
};

struct SubjectChoice {
  Value value;
  model::SubjectKind kind = model::SubjectKind::none;
  model::LookupBy by = model::LookupBy::unknown;
};

// A piece of the key's scope: literals, and alternatives of which the first that gives something is taken.
struct KeyPiece {
  enum class From : std::uint8_t { literal, column, day, source, file, file_day };
  From from = From::literal;
  std::string text;              // literal
  Slot slot = 0;                 // column
  int group = 0;                 // file, file_day: of the pattern for file names
  std::optional<TimeForm> form;  // file_day
};
using KeyAlternatives = std::vector<KeyPiece>;
using KeyPart = std::vector<KeyAlternatives>;

struct Profile::Impl {
  std::string name;
  std::string title;
  Format format = Format::csv;
  Encoding encoding = Encoding::utf8;
  bool complete = false;

  // csv
  char separator = ',';
  std::unique_ptr<re2::RE2> trailer;
  std::string trailer_least, trailer_most;  // a line outside this range cannot be a trailer
  std::vector<std::string> fixed_columns;   // for files without a header line

  std::vector<std::string> columns;  // by slot
  std::vector<bool> optional;        // by slot: a header may lack it

  std::vector<Slot> time_slots;
  TimeForm time_form;
  std::optional<Zone> input_zone;

  std::vector<TextField> text_fields;
  std::vector<SubjectChoice> subject;
  std::optional<Value> lookup_by, subject_kind, rows;
  std::vector<Field> required;
  std::vector<std::string> filled;  // canonical names

  std::vector<KeyPart> scope;
  std::optional<Slot> number;
  std::unique_ptr<re2::RE2> file_name;
};

}  // namespace trailwatch::normalise
