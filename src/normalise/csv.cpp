#include "normalise/csv.h"

#include <algorithm>

namespace trailwatch::normalise {

void QuoteScan::add(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    switch (state_) {
      case State::field_start:
        state_ = text[at] == '"' ? State::quoted : State::plain;
        if (state_ == State::quoted) ++at;
        break;
      case State::plain:
        at = text.find(separator_, at);
        if (at == std::string_view::npos) return;
        state_ = State::field_start;
        ++at;
        break;
      case State::quoted:
        at = text.find('"', at);
        if (at == std::string_view::npos) return;
        state_ = State::after_quote;
        ++at;
        break;
      case State::after_quote:
        state_ = text[at] == '"' ? State::quoted : State::plain;
        if (state_ == State::quoted) ++at;
        break;
    }
  }
}

namespace {

// Reads the quoted field that begins at `at` (its opening quote) and moves `at` behind its closing one.
std::string_view take_quoted(std::string& text, std::size_t& at) {
  const std::size_t start = ++at;
  std::size_t kept = start;
  for (;;) {
    const std::size_t quote = std::min(text.find('"', at), text.size());
    if (kept != at) std::copy(text.data() + at, text.data() + quote, text.data() + kept);
    kept += quote - at;
    at = std::min(quote + 1, text.size());
    if (at == text.size() || text[at] != '"') break;
    text[kept++] = '"';
    ++at;
  }
  return std::string_view(text).substr(start, kept - start);
}

}  // namespace

std::optional<Fault> split_csv(std::string& text, char separator, std::vector<std::string_view>& fields) {
  fields.clear();
  for (std::size_t at = 0;; ++at) {
    if (at < text.size() && text[at] == '"') {
      fields.push_back(take_quoted(text, at));
      if (at < text.size() && text[at] != separator) return text_after_quote(fields.size());
    } else {
      const std::size_t end = std::min(text.find(separator, at), text.size());
      fields.push_back(std::string_view(text).substr(at, end - at));
      at = end;
    }
    if (at >= text.size()) return std::nullopt;
  }
}

CsvColumns::CsvColumns(const std::vector<std::string_view>& header, const Profile::Impl& profile) {
  std::vector<std::size_t> times(profile.columns.size(), 0);
  for (const std::string_view name : header) {
    const auto found = std::find(profile.columns.begin(), profile.columns.end(), trimmed(name));
    if (found == profile.columns.end()) {
      slots_.emplace_back();
      continue;
    }
    const auto slot = static_cast<Slot>(found - profile.columns.begin());
    slots_.emplace_back(slot);
    if (++times[slot] == 2 && !problem_) problem_ = duplicate_column(*found);
  }
  for (Slot slot = 0; slot < times.size() && !problem_; ++slot) {
    if (times[slot] == 0 && !profile.optional[slot]) problem_ = missing_column(profile.columns[slot]);
  }
}

std::optional<Fault> CsvColumns::fill(const std::vector<std::string_view>& fields, Row& row) const {
  if (problem_) return problem_;
  if (fields.size() != slots_.size()) return wrong_columns(slots_.size(), fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (slots_[i]) row.put(*slots_[i], fields[i]);
  }
  return std::nullopt;
}

}  // namespace trailwatch::normalise
