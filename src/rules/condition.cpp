#include "rules/condition.h"

#include <algorithm>

#include "trailwatch/base/text.h"

namespace trailwatch::rules {

namespace {

constexpr int kDepthMax = 32;

struct Token {
  std::string text;
  Place place;
};

bool is_name_char(char c) {
  const auto u = static_cast<unsigned char>(c);
  return u >= 0x80 || std::isalnum(u) != 0 || c == '_' || c == '-' || c == '*' || c == '.';
}

// Thrown inside this file only: the rest of a broken condition says nothing reliable.
struct Broken {};

class Parser {
 public:
  Parser(const Yaml& text, const Selections& selections, std::set<std::string>& used, Problems& problems)
      : text_(text), selections_(selections), used_(used), problems_(problems) {}

  std::optional<Expression> parse() {
    try {
      scan();
      Expression out = read_or(0);
      if (at_ < tokens_.size()) fail(here(), "unexpected " + quoted(tokens_[at_].text));
      return failed_ ? std::nullopt : std::optional(std::move(out));
    } catch (const Broken&) {
      return std::nullopt;
    }
  }

 private:
  void scan() {
    const std::string_view text = text_.text;
    std::size_t column = 0;
    for (std::size_t at = 0; at < text.size();) {
      const char c = text[at];
      const Place place = text_.inside(column);
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        ++at, ++column;
        continue;
      }
      if (c == '(' || c == ')') {
        tokens_.push_back(Token{std::string(1, c), place});
        ++at, ++column;
        continue;
      }
      std::size_t end = at;
      while (end < text.size() && is_name_char(text[end])) ++end;
      if (c == '|') fail(place, "conditions with \"|\" are no longer Sigma", "write a correlation document");
      if (end == at) fail(place, "unexpected " + quoted(text.substr(at, 1)));
      tokens_.push_back(Token{std::string(text.substr(at, end - at)), place});
      column += length(text.substr(at, end - at));
      at = end;
    }
    end_ = text_.inside(column);
    if (tokens_.empty()) fail(text_.place, "the condition is empty");
  }

  [[noreturn]] void fail(Place place, std::string message, std::string hint = "") {
    problems_.error(place, std::move(message), std::move(hint));
    throw Broken{};
  }
  Place here() const { return at_ < tokens_.size() ? tokens_[at_].place : end_; }
  bool next_is(std::string_view word) const {
    return at_ < tokens_.size() && equals_ignoring_case(tokens_[at_].text, word);
  }
  bool take(std::string_view word) {
    if (!next_is(word)) return false;
    ++at_;
    return true;
  }

  Expression read_or(int depth) {
    return read_joined(Expression::Kind::any, "or", [&] { return read_and(depth); });
  }
  Expression read_and(int depth) {
    return read_joined(Expression::Kind::all, "and", [&] { return read_not(depth); });
  }
  template <typename Read>
  Expression read_joined(Expression::Kind kind, std::string_view word, Read&& read) {
    Expression first = read();
    if (!next_is(word)) return first;
    Expression out;
    out.kind = kind;
    out.parts.push_back(std::move(first));
    while (take(word)) out.parts.push_back(read());
    return out;
  }
  Expression read_not(int depth) {
    if (depth > kDepthMax) fail(here(), "nested too deeply");
    if (!take("not")) return read_term(depth);
    Expression out;
    out.kind = Expression::Kind::negation;
    out.parts.push_back(read_not(depth + 1));
    return out;
  }
  Expression read_term(int depth) {
    if (at_ == tokens_.size()) fail(here(), "the condition ends too early");
    if (take("(")) {
      Expression out = read_or(depth + 1);
      if (!take(")")) fail(here(), at_ < tokens_.size() ? "expected \")\"" : "a \"(\" is not closed");
      return out;
    }
    const Token token = tokens_[at_];
    const bool counts = at_ + 1 < tokens_.size() && equals_ignoring_case(tokens_[at_ + 1].text, "of");
    if (counts) return read_of(token);
    for (const std::string_view word : {")", "and", "or", "of"}) {
      if (equals_ignoring_case(token.text, word)) fail(token.place, "unexpected " + quoted(token.text));
    }
    ++at_;
    return selection(token);
  }
  Expression read_of(const Token& quantifier) {
    const bool any = quantifier.text == "1";
    if (!any && !equals_ignoring_case(quantifier.text, "all")) {
      fail(quantifier.place, "expected \"1 of\" or \"all of\"");
    }
    at_ += 2;
    if (at_ == tokens_.size()) fail(here(), "the condition ends too early");
    const Token pattern = tokens_[at_++];
    Expression out;
    out.kind = any ? Expression::Kind::any : Expression::Kind::all;
    const bool them = equals_ignoring_case(pattern.text, "them");
    for (const auto& [name, expression] : selections_) {
      if (them ? name.front() == '_' : !matches_pattern(name, pattern.text)) continue;
      used_.insert(name);
      out.parts.push_back(expression);
    }
    if (out.parts.empty()) {
      problems_.error(pattern.place, "no selection is called " + quoted(pattern.text));
      failed_ = true;
    }
    return out;
  }
  Expression selection(const Token& token) {
    const auto found = selections_.find(token.text);
    if (found != selections_.end()) {
      used_.insert(token.text);
      return found->second;
    }
    problems_.unknown(token.place, "selection", token.text, names());
    failed_ = true;
    return {};
  }
  std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const auto& [name, expression] : selections_) out.push_back(name);
    return out;
  }

  const Yaml& text_;
  const Selections& selections_;
  std::set<std::string>& used_;
  Problems& problems_;
  std::vector<Token> tokens_;
  Place end_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

}  // namespace

std::optional<Expression> compile_condition(const Yaml& condition, const Selections& selections,
                                            std::set<std::string>& used, Problems& problems) {
  if (condition.is_scalar()) return Parser(condition, selections, used, problems).parse();
  if (!condition.is_list() || condition.items.empty()) {
    problems.error(condition.place, "expected a condition");
    return std::nullopt;
  }
  Expression out;
  out.kind = Expression::Kind::any;
  bool failed = false;
  for (const Yaml& item : condition.items) {
    std::optional<Expression> part;
    if (item.is_scalar()) {
      part = Parser(item, selections, used, problems).parse();
    } else {
      problems.error(item.place, "expected a condition");
    }
    if (part) out.parts.push_back(std::move(*part));
    failed = failed || !part;
  }
  if (failed) return std::nullopt;
  return out;
}

}  // namespace trailwatch::rules
