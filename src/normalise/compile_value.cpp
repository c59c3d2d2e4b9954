#include <algorithm>
#include <nlohmann/json.hpp>

#include "normalise/compile.h"

namespace trailwatch::normalise {

namespace {

using nlohmann::json;

const std::vector<std::string>& lookup_words() {
  static const std::vector<std::string> words = {"unknown", "id", "name", "plate", "address", "parcel"};
  return words;
}
const std::vector<std::string>& kind_words() {
  static const std::vector<std::string> words = {"none", "person", "vehicle", "parcel"};
  return words;
}

// The words that a value may hold, or null when it may hold anything.
const std::vector<std::string>* words_of(ValueUse use) {
  if (use == ValueUse::lookup_by) return &lookup_words();
  return use == ValueUse::subject_kind ? &kind_words() : nullptr;
}

void check_word(ValueUse use, const std::string& path, const std::string& word, Problems& problems) {
  const std::vector<std::string>* const words = words_of(use);
  if (words == nullptr || word.empty() || std::find(words->begin(), words->end(), word) != words->end()) return;
  problems.add_word(path, "word", word, *words);
}

std::vector<Clean> default_steps(ValueUse use) {
  switch (use) {
    case ValueUse::id:
      return {Clean::fold_width, Clean::upper};
    case ValueUse::rows:
      return {Clean::fold_width};
    default:
      return {};
  }
}

void compile_table(Node& node, ValueUse use, Problems& problems, Value& out) {
  if (const json* const table = node.object("map")) {
    out.has_table = true;
    for (const auto& [key, to] : table->items()) {
      const std::string path = node.path("map") + "." + key;
      if (!to.is_string()) {
        problems.add(path, "must be a text");
        continue;
      }
      check_word(use, path, to.get<std::string>(), problems);
      out.table.emplace(key, to.get<std::string>());
    }
  }
  const std::optional<std::string> otherwise = node.text("otherwise");
  if (!otherwise) return;
  if (!out.has_table) problems.add(node.path("otherwise"), "stands without a \"map\"");
  if (*otherwise == "keep") return;
  out.otherwise = *otherwise == "empty" ? Value::Otherwise::empty : Value::Otherwise::constant;
  if (out.otherwise == Value::Otherwise::empty) return;
  check_word(use, node.path("otherwise"), *otherwise, problems);
  out.otherwise_constant = *otherwise;
}

}  // namespace

Slot Columns::slot(std::string_view name) {
  auto& columns = profile_.columns;
  const auto found = std::find(columns.begin(), columns.end(), name);
  if (found != columns.end()) return static_cast<Slot>(found - columns.begin());
  columns.emplace_back(name);
  return columns.size() - 1;
}

Value compile_value(Node& node, ValueUse use, Columns& columns, Problems& problems) {
  Value out;
  const auto column = node.text("column");
  const auto constant = node.text("const");
  const auto list = node.texts("columns"), join = node.texts("join");
  const std::size_t sources = std::size_t{node.has("column")} + std::size_t{node.has("columns")} +
                              std::size_t{node.has("join")} + std::size_t{node.has("const")};
  const std::string here =
      node.path("column").substr(0, node.path("column").size() - std::string_view(".column").size());
  if (node.is_object() && sources != 1) problems.add(here, "needs exactly one of column, columns, join and const");
  if (column) out.slots = {columns.slot(*column)};
  for (const std::string& name : list) out.slots.push_back(columns.slot(name));
  for (const std::string& name : join) out.slots.push_back(columns.slot(name));
  out.from = node.has("join") ? Value::From::join : node.has("const") ? Value::From::constant : Value::From::columns;
  if (constant) {
    check_word(use, node.path("const"), *constant, problems);
    out.constant = *constant;
  }
  out.separator = node.text("separator").value_or("");
  if (node.has("separator") && !node.has("join")) problems.add(node.path("separator"), "stands without a \"join\"");
  out.whole = node.flag("whole").value_or(false);
  if (node.has("whole") && !node.has("join")) problems.add(node.path("whole"), "stands without a \"join\"");

  out.steps = default_steps(use);
  if (node.has("normalise")) out.steps.clear();
  const auto steps = node.texts("normalise");
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (const auto step = find_clean(steps[i])) {
      out.steps.push_back(*step);
    } else {
      problems.add_word(node.path("normalise") + "[" + std::to_string(i) + "]", "step", steps[i], clean_words());
    }
  }
  compile_table(node, use, problems, out);
  out.fallback = node.text("default").value_or("");
  check_word(use, node.path("default"), out.fallback, problems);
  return out;
}

}  // namespace trailwatch::normalise
