#include "normalise/time_form.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "trailwatch/base/text.h"

namespace trailwatch::normalise {

namespace {

constexpr int kFirstRocYear = 1912;
// The first microsecond of the year 10000: nothing later can be written in RFC 3339.
constexpr std::int64_t kInstantMax = 253'402'300'800 * kMicrosPerSecond;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

std::size_t digit_run(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - at;
}

// Digits of a second as microseconds; more than six are cut.
std::int64_t fraction_micros(std::string_view digits) {
  std::int64_t micros = 0, unit = 100'000;
  for (const char c : digits) {
    micros += unit * (c - '0');
    unit /= 10;
  }
  return micros;
}

struct HalfWord {
  std::string_view word;
  bool afternoon;
};
constexpr std::array<HalfWord, 4> kHalves = {{{"上午", false}, {"下午", true}, {"AM", false}, {"PM", true}}};

}  // namespace

struct TimeForm::Read {
  std::size_t at = 0;
  CivilDate date;
  int hour = 0, minute = 0, second = 0;
  std::int64_t micros = 0;
  std::optional<bool> afternoon;
};

std::optional<TimeForm> TimeForm::compile(std::string_view form, std::string& problem) {
  TimeForm out;
  if (form == "rfc3339" || form == "epoch-s" || form == "epoch-ms") {
    out.kind_ = form == "rfc3339" ? Kind::rfc3339 : form == "epoch-s" ? Kind::epoch_s : Kind::epoch_ms;
    out.has_hour_ = true;
    return out;
  }
  struct Word {
    std::string_view word;
    Part part;
    std::size_t digits;
  };
  static constexpr std::array<Word, 9> kWords = {{{"YYYY", Part::year, 4},
                                                  {"YYY", Part::roc_year, 0},
                                                  {"MM", Part::month, 2},
                                                  {"DD", Part::day, 2},
                                                  {"hh", Part::hour, 2},
                                                  {"mm", Part::minute, 2},
                                                  {"ss", Part::second, 2},
                                                  {"AP", Part::half, 0},
                                                  {"f", Part::fraction, 0}}};
  std::vector<Token> tokens;
  std::optional<std::size_t> group;
  for (std::size_t at = 0; at < form.size();) {
    const auto word =
        std::find_if(kWords.begin(), kWords.end(), [&](const Word& w) { return form.substr(at).starts_with(w.word); });
    Token token;
    if (word != kWords.end()) {
      token.part = word->part;
      at += word->word.size();
    } else if (form[at] == '[' && !group) {
      token.part = Part::group;
      group = tokens.size();
      ++at;
    } else if (form[at] == ']' && group) {
      tokens[*group].group_size = tokens.size() - *group - 1;
      group.reset();
      ++at;
      continue;
    } else if (form[at] == ' ') {
      token.part = Part::blank;
      ++at;
    } else if (form[at] == '[' || form[at] == ']' || (is_letter(form[at]) && form[at] != 'T' && form[at] != 'Z')) {
      problem = "cannot read \"" + std::string(form.substr(at, 1)) + "\" in the form";
      return std::nullopt;
    } else {
      const std::size_t start = at;
      next_code_point(form, at);
      token.text = std::string(form.substr(start, at - start));
    }
    tokens.push_back(std::move(token));
  }
  if (group) {
    problem = "a \"[\" is not closed";
    return std::nullopt;
  }
  // Which tokens stand side by side and so share one run of digits.
  const auto digits = [&](std::size_t i) -> std::size_t {
    for (const Word& word : kWords) {
      if (word.part == tokens[i].part) return word.part == Part::roc_year ? 3 : word.digits;
    }
    return 0;
  };
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    tokens[i].alone = (i == 0 || digits(i - 1) == 0) && (i + 1 == tokens.size() || digits(i + 1) == 0);
    for (std::size_t j = i + 1; j < tokens.size() && digits(j) > 0; ++j) tokens[i].digits_after += digits(j);
  }
  problem = check(tokens);
  if (!problem.empty()) return std::nullopt;
  out.has_hour_ = std::any_of(tokens.begin(), tokens.end(), [](const Token& t) { return t.part == Part::hour; });
  out.tokens_ = std::move(tokens);
  return out;
}

std::string TimeForm::check(const std::vector<Token>& tokens) {
  const auto count = [&](Part part) {
    return std::count_if(tokens.begin(), tokens.end(), [&](const Token& t) { return t.part == part; });
  };
  if (count(Part::year) + count(Part::roc_year) != 1) return "the form needs one of YYYY and YYY";
  for (const auto& [part, word] : {std::pair{Part::month, "MM"}, {Part::day, "DD"}}) {
    if (count(part) != 1) return std::string("the form needs one ") + word;
  }
  for (const auto& [part, word] : {std::pair{Part::hour, "hh"},
                                   {Part::minute, "mm"},
                                   {Part::second, "ss"},
                                   {Part::half, "AP"},
                                   {Part::fraction, "f"}}) {
    if (count(part) > 1) return std::string("the form has more than one ") + word;
  }
  if (count(Part::minute) > count(Part::hour) || count(Part::second) > count(Part::minute) ||
      count(Part::fraction) > count(Part::second) || count(Part::half) > count(Part::hour)) {
    return "the form has a smaller part without the larger one: hh, mm, ss, f";
  }
  return {};
}

bool TimeForm::read_token(const Token& token, std::string_view text, Read& into) {
  const auto number = [&](std::size_t least, std::size_t most, int& out) {
    const std::size_t run = digit_run(text, into.at);
    const std::size_t size = std::min(run, most);
    if (size < least) return false;
    std::from_chars(text.data() + into.at, text.data() + into.at + size, out);
    into.at += size;
    return true;
  };
  const std::size_t least = token.alone ? 1 : 2;
  switch (token.part) {
    case Part::literal:
      if (!text.substr(into.at).starts_with(token.text)) return false;
      into.at += token.text.size();
      return true;
    case Part::blank: {
      const std::size_t start = into.at;
      while (into.at < text.size() && text[into.at] == ' ') ++into.at;
      return into.at > start;
    }
    case Part::year:
      return number(4, 4, into.date.year);
    case Part::roc_year: {
      const std::size_t run = digit_run(text, into.at);
      if (run < token.digits_after + 2 || run > token.digits_after + 3) return false;
      if (!number(run - token.digits_after, run - token.digits_after, into.date.year)) return false;
      into.date.year += kFirstRocYear - 1;
      return into.date.year >= kFirstRocYear;
    }
    case Part::month:
      return number(least, 2, into.date.month);
    case Part::day:
      return number(least, 2, into.date.day);
    case Part::hour:
      return number(least, 2, into.hour);
    case Part::minute:
      return number(2, 2, into.minute);
    case Part::second:
      return number(2, 2, into.second);
    case Part::fraction: {
      const std::size_t run = digit_run(text, into.at);
      if (run < 1 || run > 9) return false;
      into.micros = fraction_micros(text.substr(into.at, run));
      into.at += run;
      return true;
    }
    case Part::half:
      for (const HalfWord& half : kHalves) {
        if (!equals_ignoring_case(text.substr(into.at, half.word.size()), half.word)) continue;
        into.afternoon = half.afternoon;
        into.at += half.word.size();
        return true;
      }
      return false;
    case Part::group:
      return true;
  }
  return false;
}

bool TimeForm::read(std::string_view text, std::size_t first, std::size_t last, Read& into) const {
  for (std::size_t i = first; i < last; ++i) {
    const Token& token = tokens_[i];
    if (token.part == Part::group) {
      Read attempt = into;
      if (read(text, i + 1, i + 1 + token.group_size, attempt)) into = attempt;
      i += token.group_size;
    } else if (!read_token(token, text, into)) {
      return false;
    }
  }
  return true;
}

std::optional<LocalTime> TimeForm::local(std::string_view text) const {
  Read got;
  if (!read(text, 0, tokens_.size(), got) || got.at != text.size() || !is_valid(got.date)) return std::nullopt;
  if (got.afternoon) {
    if (got.hour > 12) return std::nullopt;
    got.hour = got.hour % 12 + (*got.afternoon ? 12 : 0);
  }
  if (got.hour > 23 || got.minute > 59 || got.second > 59) return std::nullopt;
  return LocalTime{to_day(got.date), got.hour * kMicrosPerHour + got.minute * kMicrosPerMinute +
                                         got.second * kMicrosPerSecond + got.micros};
}

std::optional<OffsetInstant> TimeForm::instant(std::string_view text) const {
  if (kind_ == Kind::rfc3339) return parse_rfc3339(text);
  const std::size_t point = std::min(text.find('.'), text.size());
  std::int64_t whole = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + point, whole);
  if (error != std::errc{} || end != text.data() + point) return std::nullopt;
  const std::string_view fraction = text.substr(std::min(point + 1, text.size()));
  if (point < text.size() && (fraction.empty() || fraction.size() > 9 || digit_run(fraction, 0) != fraction.size())) {
    return std::nullopt;
  }
  const std::int64_t unit = kind_ == Kind::epoch_s ? kMicrosPerSecond : 1000;
  if (text[0] == '-' || whole >= kInstantMax / unit) return std::nullopt;
  return OffsetInstant{Instant{whole * unit + fraction_micros(fraction) / (kMicrosPerSecond / unit)}, 0};
}

}  // namespace trailwatch::normalise
