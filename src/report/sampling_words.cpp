#include "report/sampling_words.h"

#include <cmath>

namespace trailwatch::report {

std::string_view word(Drawn drawn) {
  return drawn == Drawn::random ? "隨機" : "風險加權";
}

std::string_view fit_word(model::Answer answer) {
  switch (answer) {
    case model::Answer::fits:
      return "是";
    case model::Answer::fits_not:
      return "否";
    case model::Answer::unclear:
      return "待查";
  }
  return "";
}

std::string rate(std::int64_t part, std::int64_t whole) {
  if (whole <= 0 || part < 0) return "0.00%";
  const auto hundredths =
      static_cast<std::int64_t>(static_cast<long double>(part) * 10000 / static_cast<long double>(whole));
  const std::string digits = std::to_string(100 + hundredths % 100).substr(1);
  return std::to_string(hundredths / 100) + "." + digits + "%";
}

std::string percent(double share) {
  const long long parts = std::llround((std::isfinite(share) ? share : 0) * 1e6);  // as the draw reads it
  std::string digits = std::to_string(parts % 10'000 + 10'000).substr(1);
  while (!digits.empty() && digits.back() == '0') digits.pop_back();
  return std::to_string(parts / 10'000) + (digits.empty() ? "" : "." + digits) + "%";
}

}  // namespace trailwatch::report
