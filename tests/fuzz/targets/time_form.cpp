#include "normalise/time_form.h"

#include "fuzz/fuzz.h"
#include "trailwatch/base/check.h"

// First line: the form, as in a profile. The rest: a time in it.
TW_FUZZ(time_form) {
  using namespace trailwatch;
  const std::string_view form = fuzz::take_line(input);
  std::string problem;
  const auto compiled = normalise::TimeForm::compile(form, problem);
  TW_CHECK(compiled.has_value() == problem.empty());
  if (compiled) {
    if (const auto local = compiled->local(input)) {
      TW_CHECK(0 <= local->micros && local->micros < kMicrosPerDay);
      TW_CHECK(is_valid(to_civil(local->day)) && to_day(to_civil(local->day)) == local->day);
    }
    compiled->instant(input);
  }
  if (const auto read = parse_rfc3339(input)) {
    const auto again = parse_rfc3339(format_rfc3339(read->instant, read->offset_minutes));
    TW_CHECK(again && again->instant == read->instant && again->offset_minutes == read->offset_minutes);
  }
  if (const auto day = parse_day(input)) TW_CHECK(format_day(*day) == input);
}
