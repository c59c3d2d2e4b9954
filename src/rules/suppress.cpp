#include "rules/suppress.h"

#include <algorithm>
#include <set>

#include "rules/read.h"

namespace trailwatch::rules {

namespace {

std::set<std::string> group_of(const CompiledRule& rule) {
  if (!rule.correlation) return {"officer"};
  std::set<std::string> out;
  for (const CorrelationKey& key : rule.correlation->group_by) out.insert(key.name.text);
  return out;
}

// The fields that say whom findings are about, as `conclude` chooses them.
std::set<std::string> key_of(const std::set<std::string>& group) {
  for (const char* one : {"officer", "approver", "subject"}) {
    if (group.count(one) != 0) return {one};
  }
  if (group.count("unit") == 0) return {};
  return group.count("agency") == 0 ? std::set<std::string>{"unit"} : std::set<std::string>{"agency", "unit"};
}

std::string list_of(const std::set<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return "[" + out + "]";
}

}  // namespace

std::optional<Suppress> read_suppress(const Yaml& yaml, const CompiledRule& rule, Problems& problems) {
  const std::size_t before = problems.errors();
  MapReader reader(yaml, "x-suppress", problems);
  if (!reader.ok()) return std::nullopt;
  std::set<std::string> by;
  for (const PlacedWord& word : read_words(reader.any("by"), "by", problems)) by.insert(word.text);
  Suppress out;
  if (const auto days = read_days(reader, "for", problems)) out.days = *days;
  for (const char* key : {"by", "for"}) reader.require(key);
  reader.finish();
  const std::set<std::string> group = group_of(rule), key = key_of(group);
  out.by_group = by == group;
  if (!by.empty() && !out.by_group && by != key) {
    problems.error(reader.place("by"), "\"by\" must name what this rule groups by, or whom it is about",
                   "expected " + list_of(group) + (key.empty() || key == group ? "" : " or " + list_of(key)));
  }
  return problems.errors() == before ? std::optional<Suppress>(out) : std::nullopt;
}

}  // namespace trailwatch::rules
