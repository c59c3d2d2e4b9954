#include <algorithm>
#include <nlohmann/json.hpp>

#include "normalise/compile.h"
#include "trailwatch/base/text.h"

namespace trailwatch::normalise {

namespace {

using nlohmann::json;

// One alternative inside braces: a column, `day`, `source`, `file.NAME` or `file.NAME:FORM`.
std::optional<KeyPiece> compile_piece(std::string_view text, const std::string& path, Columns& columns,
                                      Problems& problems, const Profile::Impl& profile) {
  KeyPiece piece;
  if (text == "day" || text == "source") {
    piece.from = text == "day" ? KeyPiece::From::day : KeyPiece::From::source;
    return piece;
  }
  if (!text.starts_with("file.")) {
    piece.from = KeyPiece::From::column;
    piece.slot = columns.slot(text);
    return piece;
  }
  const std::size_t colon = text.find(':');
  const std::string name(text.substr(5, colon == std::string_view::npos ? colon : colon - 5));
  if (profile.file_name == nullptr) {
    problems.add(path, "\"file." + name + "\" needs a \"file_name\" pattern");
    return std::nullopt;
  }
  const auto& groups = profile.file_name->NamedCapturingGroups();
  const auto found = groups.find(name);
  if (found == groups.end()) {
    std::vector<std::string> names;
    for (const auto& [group, ignored] : groups) names.push_back(group);
    problems.add_word(path, "group of file_name", name, names);
    return std::nullopt;
  }
  piece.from = KeyPiece::From::file;
  piece.group = found->second;
  if (colon == std::string_view::npos) return piece;
  std::string problem;
  piece.form = TimeForm::compile(text.substr(colon + 1), problem);
  piece.from = KeyPiece::From::file_day;
  if (piece.form && piece.form->kind() == TimeForm::Kind::pattern) return piece;
  problems.add(path, piece.form ? "the day of a file needs a form such as YYYYMMDD" : problem);
  return std::nullopt;
}

KeyPart compile_part(const std::string& text, const std::string& path, Columns& columns, Problems& problems,
                     const Profile::Impl& profile) {
  KeyPart part;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t open = std::min(text.find('{', at), text.size());
    if (open > at) {
      KeyPiece literal;
      literal.text = text.substr(at, open - at);
      part.push_back({std::move(literal)});
    }
    if (open == text.size()) break;
    const std::size_t close = text.find('}', open);
    if (close == std::string::npos) {
      problems.add(path, "a \"{\" is not closed");
      break;
    }
    KeyAlternatives alternatives;
    for (const std::string_view name : split(std::string_view(text).substr(open + 1, close - open - 1), '|')) {
      if (auto piece = compile_piece(name, path, columns, problems, profile)) alternatives.push_back(std::move(*piece));
    }
    part.push_back(std::move(alternatives));
    at = close + 1;
  }
  return part;
}

}  // namespace

std::unique_ptr<re2::RE2> compile_pattern(const std::string& pattern, const std::string& path, Problems& problems) {
  constexpr std::size_t kPatternBytesMax = 1024;
  if (pattern.size() > kPatternBytesMax) {
    problems.add(path, "a pattern has at most 1,024 bytes");
    return nullptr;
  }
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(1 << 20);
  auto compiled = std::make_unique<re2::RE2>(pattern, options);
  if (compiled->ok()) return compiled;
  problems.add(path, "not a regular expression: " + compiled->error(), "patterns are in RE2's syntax");
  return nullptr;
}

void compile_key(Node& root, Columns& columns, Problems& problems, Profile::Impl& out) {
  if (const auto pattern = root.text("file_name")) out.file_name = compile_pattern(*pattern, "file_name", problems);
  const json* const key = root.object("key");
  if (key == nullptr) return;
  Node node(*key, "key", problems);
  const auto scope = node.texts("scope");
  if (scope.empty()) problems.add("key.scope", "needs at least one part", "begin with a word of its own: [\"tax\"]");
  for (std::size_t i = 0; i < scope.size(); ++i) {
    out.scope.push_back(compile_part(scope[i], "key.scope[" + std::to_string(i) + "]", columns, problems, out));
  }
  const auto number = node.text("number");
  if (number) out.number = columns.slot(*number);
  if (!node.has("number")) problems.add("key.number", "is missing", "name the column that holds the sequence number");
}

}  // namespace trailwatch::normalise
