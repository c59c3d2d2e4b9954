#include "rules/detection.h"

#include <algorithm>

#include "rules/condition.h"
#include "rules/modifiers.h"

namespace trailwatch::rules {

namespace {

Expression test_of(std::optional<Predicate> predicate, std::vector<Predicate>& predicates) {
  Expression out;
  if (!predicate) return out;  // reported already; the rule will not be used
  out.predicate = predicates.size();
  predicates.push_back(std::move(*predicate));
  return out;
}

Expression read_map(const Yaml& map, std::vector<Predicate>& predicates, const Vocabulary& words, Problems& problems) {
  Expression out;
  out.kind = Expression::Kind::all;
  if (map.items.empty()) problems.error(map.place, "the selection is empty");
  for (std::size_t i = 0; i < map.pairs(); ++i) {
    const Yaml& key = map.key(i);
    if (!key.is_scalar()) continue;  // reported already
    const bool keywords = key.text == "|all";
    out.parts.push_back(test_of(
        keywords ? compile_keywords(map.value(i), true, problems) : compile_test(key, map.value(i), words, problems),
        predicates));
  }
  return out;
}

Expression read_selection(const Yaml& selection, std::vector<Predicate>& predicates, const Vocabulary& words,
                          Problems& problems) {
  if (selection.is_map()) return read_map(selection, predicates, words, problems);
  const bool has_maps =
      std::any_of(selection.items.begin(), selection.items.end(), [](const Yaml& y) { return y.is_map(); });
  if (!selection.is_list() || !has_maps) return test_of(compile_keywords(selection, false, problems), predicates);
  Expression out;
  out.kind = Expression::Kind::any;
  for (const Yaml& item : selection.items) {
    out.parts.push_back(item.is_map() ? read_map(item, predicates, words, problems)
                                      : test_of(compile_keywords(item, false, problems), predicates));
  }
  return out;
}

}  // namespace

std::optional<Detection> compile_detection(const Yaml& detection, const Vocabulary& words, Problems& problems) {
  const std::size_t before = problems.errors();
  if (!detection.is_map()) {
    problems.error(detection.place, "\"detection\" must be a map of selections and a condition");
    return std::nullopt;
  }
  Detection out;
  Selections selections;
  for (std::size_t i = 0; i < detection.pairs(); ++i) {
    const Yaml& key = detection.key(i);
    if (!key.is_scalar() || key.text == "condition") continue;
    if (key.text == "timeframe") {
      problems.error(key.place, "\"timeframe\" is no longer Sigma", "write a correlation document");
    } else if (key.text.empty()) {
      problems.error(key.place, "a selection needs a name");
    } else {
      selections[key.text] = read_selection(detection.value(i), out.predicates, words, problems);
    }
  }
  const Yaml* condition = detection.find("condition");
  if (condition == nullptr) {
    problems.error(detection.place, "\"detection\" has no \"condition\"");
    return std::nullopt;
  }
  std::set<std::string> used;
  auto compiled = compile_condition(*condition, selections, used, problems);
  if (!compiled || problems.errors() != before) return std::nullopt;
  for (std::size_t i = 0; i < detection.pairs(); ++i) {
    const Yaml& key = detection.key(i);
    if (key.text != "condition" && used.count(key.text) == 0) {
      problems.warning(key.place, "selection " + quoted(key.text) + " is not used by the condition");
    }
  }
  out.condition = std::move(*compiled);
  return out;
}

}  // namespace trailwatch::rules
