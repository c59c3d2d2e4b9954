#include <array>
#include <optional>
#include <string_view>

#include "trailwatch/base/check.h"
#include "trailwatch/model/alert.h"
#include "trailwatch/model/decision.h"
#include "trailwatch/model/event.h"
#include "trailwatch/model/finding.h"
#include "trailwatch/model/sampling.h"
#include "trailwatch/model/unmask.h"

// The words of the model's enumerations, each in the order of its values.
namespace trailwatch::model {

namespace {

constexpr std::array<std::string_view, 6> kLookups = {"unknown", "id", "name", "plate", "address", "parcel"};
constexpr std::array<std::string_view, 4> kSubjects = {"none", "person", "vehicle", "parcel"};
constexpr std::array<std::string_view, 4> kAbouts = {"officer", "unit", "subject", "source"};
constexpr std::array<std::string_view, 5> kLevels = {"informational", "low", "medium", "high", "critical"};
constexpr std::array<std::string_view, 3> kSeverities = {"low", "medium", "high"};
constexpr std::array<std::string_view, 3> kChineseSeverities = {"低", "中", "高"};
constexpr std::array<std::string_view, 5> kVerdicts = {"open", "checking", "confirmed", "cleared", "false-alarm"};
constexpr std::array<std::string_view, 5> kUnmaskings = {"", "requested", "approved", "shown", "shown-unapproved"};
constexpr std::array<std::string_view, 3> kAnswers = {"fits", "fits-not", "unclear"};
constexpr std::array<std::string_view, 3> kChineseAnswers = {"符合", "不符", "待查"};
constexpr std::array<std::string_view, 5> kChineseVerdicts = {"待處理", "查證中", "移送", "已查明", "誤報"};

template <typename E, std::size_t N>
std::string_view word(const std::array<std::string_view, N>& words, E value) {
  const auto at = static_cast<std::size_t>(value);
  TW_CHECK(at < N);
  return words[at];
}

template <typename E, std::size_t N>
std::optional<E> value(const std::array<std::string_view, N>& words, std::string_view text) {
  for (std::size_t i = 0; i < N; ++i) {
    if (words[i] == text) return static_cast<E>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_text(LookupBy by) {
  return word(kLookups, by);
}
std::optional<LookupBy> find_lookup_by(std::string_view text) {
  return value<LookupBy>(kLookups, text);
}
std::string_view to_text(SubjectKind kind) {
  return word(kSubjects, kind);
}
std::optional<SubjectKind> find_subject_kind(std::string_view text) {
  return value<SubjectKind>(kSubjects, text);
}
std::string_view to_text(About about) {
  return word(kAbouts, about);
}
std::string_view to_text(Level level) {
  return word(kLevels, level);
}
std::string_view to_text(Severity severity) {
  return word(kSeverities, severity);
}
std::string_view to_chinese(Severity severity) {
  return word(kChineseSeverities, severity);
}
std::string_view to_text(Verdict verdict) {
  return word(kVerdicts, verdict);
}
std::string_view to_chinese(Verdict verdict) {
  return word(kChineseVerdicts, verdict);
}
std::optional<Verdict> find_verdict(std::string_view text) {
  return value<Verdict>(kVerdicts, text);
}

std::string_view to_text(Answer answer) {
  return word(kAnswers, answer);
}
std::string_view to_chinese(Answer answer) {
  return word(kChineseAnswers, answer);
}
std::optional<Answer> find_answer(std::string_view text) {
  return value<Answer>(kAnswers, text);
}

std::string_view to_text(Unmasking::Step step) {
  return word(kUnmaskings, step);
}

}  // namespace trailwatch::model
