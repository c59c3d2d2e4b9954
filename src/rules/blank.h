#pragma once

#include <set>
#include <string>
#include <string_view>

namespace trailwatch::rules {

// How much a free text says.
//   blank        nothing, or white space alone
//   punctuation  no letter and no digit: `。`, `---`, `．．`
//   placeholder  a word of the list, whatever its width, case, blanks and punctuation: `查詢。`, `Ｔｅｓｔ`
//   text         anything else, nonsense included
enum class Quality { blank, punctuation, placeholder, text };
std::string_view to_text(Quality quality);

// The words that stand in a field only because it must not be empty. Data: an `x-list` document of the rule files.
class Placeholders {
 public:
  void add(std::string_view word);
  bool empty() const { return words_.empty(); }
  // Allocates nothing.
  Quality judge(std::string_view text) const;

 private:
  std::set<std::string, std::less<>> words_;  // letters and digits only, folded, lower case
  std::size_t bytes_max_ = 0;                 // of the longest word
};

// Letters and digits of `text`, full width folded, ASCII in lower case.
std::string letters_of(std::string_view text);

}  // namespace trailwatch::rules
