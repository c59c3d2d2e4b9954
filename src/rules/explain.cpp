#include "rules/explain.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "rules/read.h"
#include "trailwatch/base/text.h"

namespace trailwatch::rules {

namespace {

// The widest that a place becomes in an ordinary year: `12,345`, `99.9`, `100%`, `0.001`, `23:59`, `各機關同職務`.
std::size_t characters_max(NumberStyle style) {
  switch (style) {
    case NumberStyle::count:
      return 6;
    case NumberStyle::tenths:
      return 4;
    case NumberStyle::percent:
      return 4;
    case NumberStyle::probability:
      return 6;
  }
  return 0;
}

const std::map<std::string, std::size_t>& word_widths(NumberSet set) {
  static const std::map<std::string, std::size_t> event = {{"first_time", 5}, {"last_time", 5}};
  static const std::map<std::string, std::size_t> correlation = {{"first_time", 5}, {"last_time", 5}, {"first_day", 5}};
  static const std::map<std::string, std::size_t> baseline = {{"peer_group", 6}};
  return set == NumberSet::event ? event : set == NumberSet::baseline ? baseline : correlation;
}

std::string write_number(double value, NumberStyle style) {
  char out[32];
  switch (style) {
    case NumberStyle::count:
      return with_thousands(std::llround(value));
    case NumberStyle::tenths:
      std::snprintf(out, sizeof out, "%.1f", value);
      return out;
    case NumberStyle::percent:
      return std::to_string(std::llround(value * 100)) + "%";
    case NumberStyle::probability:
      if (value < 0.001) return "<0.001";
      std::snprintf(out, sizeof out, "%.3f", value);
      return out;
  }
  return "";
}

}  // namespace

const std::map<std::string, NumberStyle>& number_styles(NumberSet set) {
  using Styles = std::map<std::string, NumberStyle>;
  static const std::map<NumberSet, Styles> all = [] {
    const Styles common = {{"count", NumberStyle::count},
                           {"events", NumberStyle::count},
                           {"minutes", NumberStyle::count},
                           {"hours", NumberStyle::tenths}};
    const auto with = [&](const char* name, NumberStyle style) {
      Styles out = common;
      out[name] = style;
      return out;
    };
    std::map<NumberSet, Styles> out;
    out[NumberSet::event] = {{"count", NumberStyle::count},
                             {"total", NumberStyle::count},
                             {"share", NumberStyle::percent},
                             {"minutes", NumberStyle::count}};
    out[NumberSet::baseline] = {
        {"own", NumberStyle::count},     {"today", NumberStyle::count},         {"days", NumberStyle::count},
        {"median", NumberStyle::count},  {"peers", NumberStyle::count},         {"past", NumberStyle::count},
        {"periods", NumberStyle::count}, {"expected", NumberStyle::count},      {"low", NumberStyle::count},
        {"high", NumberStyle::count},    {"trend", NumberStyle::tenths},        {"whole", NumberStyle::count},
        {"share", NumberStyle::percent}, {"usual_share", NumberStyle::percent}, {"factor", NumberStyle::tenths},
        {"p", NumberStyle::probability}, {"surprise", NumberStyle::tenths}};
    out[NumberSet::count] = with("peak", NumberStyle::count);
    out[NumberSet::distinct] = with("distinct", NumberStyle::count);
    out[NumberSet::value] = with("value", NumberStyle::count);
    out[NumberSet::sequence] = common;
    out[NumberSet::streak] = with("days", NumberStyle::count);
    return out;
  }();
  return all.at(set);
}

std::vector<std::string> number_names(NumberSet set) {
  std::vector<std::string> out;
  for (const auto& [name, style] : number_styles(set)) out.push_back(name);
  return out;
}

std::optional<Sentence> Sentence::compile(const Yaml& text, NumberSet set, bool is_short, Problems& problems) {
  if (!text.is_scalar() || trim(text.text).empty()) {
    problems.error(text.place, "expected a sentence");
    return std::nullopt;
  }
  const std::size_t before = problems.errors();
  Sentence out;
  out.text_ = text.text;
  std::size_t width = 0;
  std::string_view rest = text.text;
  const auto literal = [&](std::string_view piece) {
    width += length(piece);
    if (!piece.empty()) out.pieces_.push_back(Piece{std::string(piece), false, false, NumberStyle::count});
  };
  while (!rest.empty()) {
    const std::size_t open = rest.find('{');
    literal(rest.substr(0, open));
    if (open == std::string_view::npos) break;
    const Place place =
        text.inside(length(std::string_view(text.text).substr(0, text.text.size() - rest.size() + open)));
    const std::size_t close = rest.find('}', open);
    if (close == std::string_view::npos) {
      problems.error(place, "a \"{\" is not closed");
      break;
    }
    const std::string name(rest.substr(open + 1, close - open - 1));
    const auto number = number_styles(set).find(name);
    const auto word = word_widths(set).find(name);
    if (number != number_styles(set).end()) {
      width += characters_max(number->second);
      out.pieces_.push_back(Piece{name, true, true, number->second});
    } else if (word != word_widths(set).end()) {
      width += word->second;
      out.pieces_.push_back(Piece{name, true, false, NumberStyle::count});
    } else {
      std::vector<std::string> known = number_names(set);
      for (const auto& [other, size] : word_widths(set)) known.push_back(other);
      problems.unknown(place, "number", name, known);
    }
    rest.remove_prefix(close + 1);
  }
  if (is_short && width > kSentenceCharactersMax) {
    problems.error(text.place, "the sentence may become " + std::to_string(width) + " characters long, more than " +
                                   std::to_string(kSentenceCharactersMax));
  }
  if (problems.errors() != before) return std::nullopt;
  return out;
}

std::string Sentence::write(const Numbers& numbers, const std::map<std::string, std::string>& words) const {
  std::string out;
  for (const Piece& piece : pieces_) {
    if (!piece.is_place) {
      out += piece.text;
    } else if (piece.is_number) {
      const auto found = numbers.find(piece.text);
      out += found == numbers.end() ? "?" : write_number(found->second, piece.style);
    } else {
      const auto found = words.find(piece.text);
      out += found == words.end() ? "?" : found->second;
    }
  }
  return out;
}

std::optional<Score> Score::compile(const Yaml& score, NumberSet set, Problems& problems) {
  const std::size_t before = problems.errors();
  MapReader map(score, "x-score", problems);
  Score out;
  if (const auto base = map.number("base", 0, 100)) out.base_ = *base;
  if (const auto max = map.number("max", 0, 100)) out.max_ = *max;
  for (const Yaml& item : map.list("add")) {
    MapReader entry(item, "x-score", problems);
    Term term;
    term.number = entry.word("number", number_names(set)).value_or("");
    if (term.number.empty() && entry.ok()) problems.error(item.place, "\"number\" is missing");
    term.max = entry.number("max", 0, 100).value_or(0);
    term.over = entry.number("over", 0, 1e9).value_or(0);
    term.half = entry.number("half", 1e-9, 1e9).value_or(0);
    term.each = entry.number("each", 0, 1e9).value_or(0);
    if (entry.ok() && term.max <= 0) problems.error(item.place, "\"max\" is missing");
    if (entry.ok() && (term.half > 0) == (term.each > 0))
      problems.error(item.place, "give either \"half\" or \"each\"");
    entry.finish();
    out.terms_.push_back(std::move(term));
  }
  map.finish();
  if (problems.errors() != before) return std::nullopt;
  return out;
}

double Score::points(const Numbers& numbers) const {
  double out = base_;
  for (const Term& term : terms_) {
    const auto found = numbers.find(term.number);
    if (found == numbers.end()) continue;
    const double value = std::max(0.0, found->second - term.over);
    out += term.half > 0 ? term.max * value / (value + term.half) : std::min(term.max, term.each * value);
  }
  return std::min(out, max_);
}

}  // namespace trailwatch::rules
