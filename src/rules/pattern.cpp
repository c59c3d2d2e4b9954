#include "rules/pattern.h"

#include <algorithm>

#include "trailwatch/base/text.h"

namespace trailwatch::rules {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
char32_t lower(char32_t c) {
  return c >= U'A' && c <= U'Z' ? c - U'A' + U'a' : c;
}

}  // namespace

Pattern::Pattern(std::string_view text, Place place, bool cased) : cased_(cased) {
  std::vector<Token> tokens;
  const auto put = [&](Token token) {
    if (token == kRun && !tokens.empty() && tokens.back() == kRun) return;
    tokens.push_back(token);
  };
  if (place == Place::contains || place == Place::ends) put(kRun);
  for (std::size_t at = 0; at < text.size();) {
    char32_t c = next_code_point(text, at);
    if (c == U'*' || c == U'?') {
      put(c == U'*' ? kRun : kOne);
      continue;
    }
    if (c == U'\\' && at < text.size() && (text[at] == '*' || text[at] == '?' || text[at] == '\\')) {
      c = next_code_point(text, at);
    }
    put(cased ? c : lower(c));
  }
  if (place == Place::contains || place == Place::starts) put(kRun);

  const bool run_first = !tokens.empty() && tokens.front() == kRun;
  const bool run_last = tokens.size() > 1 && tokens.back() == kRun;
  const auto begin = tokens.begin() + (run_first ? 1 : 0);
  const auto end = tokens.end() - (run_last ? 1 : 0);
  if (std::any_of(begin, end, [](Token token) { return token >= kOne; })) {
    kind_ = Kind::wildcards;
    tokens_ = std::move(tokens);
    return;
  }
  std::for_each(begin, end, [&](Token token) { append_utf8(literal_, token); });
  if (run_first && run_last) {
    kind_ = Kind::contains;
  } else if (run_first) {
    kind_ = Kind::ends;
  } else if (run_last) {
    kind_ = Kind::starts;
  }
}

bool Pattern::equal(std::string_view text) const {
  if (text.size() != literal_.size()) return false;
  if (cased_) return text == literal_;
  return std::equal(text.begin(), text.end(), literal_.begin(), [](char a, char b) { return lower(a) == b; });
}

// Most positions fail at their first character.
bool Pattern::contained_in(std::string_view text) const {
  const std::size_t size = literal_.size();
  if (size == 0) return true;
  const char first = literal_.front();
  for (std::size_t at = 0; at + size <= text.size(); ++at) {
    const char c = cased_ ? text[at] : lower(text[at]);
    if (c == first && equal(text.substr(at, size))) return true;
  }
  return false;
}

bool Pattern::matches(std::string_view text) const {
  const std::size_t size = literal_.size();
  switch (kind_) {
    case Kind::equals:
      return equal(text);
    case Kind::starts:
      return text.size() >= size && equal(text.substr(0, size));
    case Kind::ends:
      return text.size() >= size && equal(text.substr(text.size() - size));
    case Kind::contains:
      return contained_in(text);
    case Kind::wildcards:
      return matches_tokens(text);
  }
  return false;
}

// Greedy, going back to the last `*` only: the time is at most the product of the two lengths.
bool Pattern::matches_tokens(std::string_view text) const {
  std::size_t at = 0, token = 0;
  std::size_t run_token = tokens_.size(), run_at = 0;
  while (at < text.size()) {
    if (token < tokens_.size() && tokens_[token] == kRun) {
      run_token = token++;
      run_at = at;
      continue;
    }
    if (token < tokens_.size()) {
      std::size_t next = at;
      const char32_t c = next_code_point(text, next);
      if (tokens_[token] == kOne || tokens_[token] == (cased_ ? c : lower(c))) {
        at = next;
        ++token;
        continue;
      }
    }
    if (run_token == tokens_.size()) return false;
    next_code_point(text, run_at);
    at = run_at;
    token = run_token + 1;
  }
  while (token < tokens_.size() && tokens_[token] == kRun) ++token;
  return token == tokens_.size();
}

}  // namespace trailwatch::rules
