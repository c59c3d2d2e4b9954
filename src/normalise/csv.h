#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "normalise/fault.h"
#include "normalise/row.h"

namespace trailwatch::normalise {

// RFC 4180, on decoded text. A quote means something only at the beginning of a field; elsewhere it stands for itself.

// Says whether text that arrives in pieces ends inside a quoted field.
class QuoteScan {
 public:
  explicit QuoteScan(char separator) : separator_(separator) {}
  void add(std::string_view text);
  bool open() const { return state_ == State::quoted; }

 private:
  enum class State : std::uint8_t { field_start, plain, quoted, after_quote };
  char separator_;
  State state_ = State::field_start;
};

// Splits one record, whose quotes are closed, into `fields`. Doubled quotes are undone in place: the views point into
// `text`.
std::optional<Fault> split_csv(std::string& text, char separator, std::vector<std::string_view>& fields);

// Where the columns of one file stand, by its header line. A header that does not fit is told with every record.
class CsvColumns {
 public:
  CsvColumns() = default;
  CsvColumns(const std::vector<std::string_view>& header, const Profile::Impl& profile);
  std::optional<Fault> fill(const std::vector<std::string_view>& fields, Row& row) const;

 private:
  std::vector<std::optional<Slot>> slots_;  // by position
  std::optional<Fault> problem_;
};

}  // namespace trailwatch::normalise
