#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace trailwatch::normalise {

// Why one record is no event: `code` for programs, `reason` for people, in Traditional Chinese. A reason names fields
// and quotes values only where these are never personal: times, numbers, names of columns.
struct Fault {
  std::string code;
  std::string reason;
};

// The largest record, in bytes, line end not counted.
constexpr std::size_t kRecordBytesMax = 64 * 1024;

Fault too_long(std::int64_t bytes, std::string_view sha256_prefix);
// `bytes`: of the whole record; 0 when that is not known.
Fault cut_off(std::int64_t came, std::int64_t bytes);
Fault open_quote();
Fault text_after_quote(std::size_t column);
Fault wrong_columns(std::size_t expected, std::size_t found);
Fault missing_column(std::string_view column);
Fault duplicate_column(std::string_view column);
Fault missing_field(std::string_view field);
Fault bad_time(std::string_view value);
Fault bad_number(std::string_view field, std::string_view value);
Fault bad_json(std::string_view why);
Fault json_limit(std::string_view why);
Fault duplicate_key();
Fault bad_syslog(std::string_view why);

}  // namespace trailwatch::normalise
