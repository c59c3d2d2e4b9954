#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rules/problems.h"
#include "rules/yaml.h"

namespace trailwatch::rules {

using Numbers = std::map<std::string, double>;

// Which numbers and words the findings of a rule have.
enum class NumberSet { event, baseline, count, distinct, value, sequence, streak };

// How a number is written for people.
enum class NumberStyle { count, tenths, percent, probability };
// The numbers that such findings have, with the style of each.
const std::map<std::string, NumberStyle>& number_styles(NumberSet set);
std::vector<std::string> number_names(NumberSet set);

// A sentence is at most this long, so that a list of alerts stays a list.
constexpr std::size_t kSentenceCharactersMax = 40;

// A sentence with places for numbers and a few words: `共 {count} 筆，{first_time} 起`. It can hold nothing else of a
// finding, and so never a subject, a name or free text.
class Sentence {
 public:
  // Nothing when a place is unknown or, if `is_short`, when the sentence could become longer than
  // kSentenceCharactersMax.
  static std::optional<Sentence> compile(const Yaml& text, NumberSet set, bool is_short, Problems& problems);

  std::string write(const Numbers& numbers, const std::map<std::string, std::string>& words) const;
  const std::string& text() const { return text_; }

 private:
  struct Piece {
    std::string text;  // literal, or the name of a place
    bool is_place = false;
    bool is_number = false;
    NumberStyle style = NumberStyle::count;
  };
  std::string text_;
  std::vector<Piece> pieces_;
};

// What a rule adds to the score of a day: a base, plus terms that grow with the finding's numbers.
//
//   {number, max, half}         max · v / (v + half): half of max at `half`, never quite max
//   {number, max, each}         min(max, each · v)
//
// where v is the number less `over` (default 0), at least 0. The sum is cut at the rule's own `max`.
class Score {
 public:
  static std::optional<Score> compile(const Yaml& score, NumberSet set, Problems& problems);
  double points(const Numbers& numbers) const;

 private:
  struct Term {
    std::string number;
    double over = 0, max = 0, half = 0, each = 0;
  };
  double base_ = 10;
  double max_ = 100;
  std::vector<Term> terms_;
};

}  // namespace trailwatch::rules
