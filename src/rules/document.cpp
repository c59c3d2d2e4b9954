#include "rules/document.h"

#include <algorithm>

#include "rules/read.h"
#include "rules/suppress.h"
#include "trailwatch/base/text.h"

namespace trailwatch::rules {

namespace {

const std::vector<std::string> kLevels = {"informational", "low", "medium", "high", "critical"};
const std::vector<std::string> kStatuses = {"stable", "test", "experimental", "deprecated", "unsupported"};
const std::vector<std::string> kReferenceFiles = {"calendar", "cases", "leave",     "protected", "reasons",
                                                  "shifts",   "staff", "terminals", "watchlist"};

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool digit = (text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f');
    if (dash ? text[i] != '-' : !digit) return false;
  }
  return true;
}

bool is_rule_name(std::string_view text) {
  return !text.empty() && text.size() <= 60 && text.front() != '-' && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

void read_identity(MapReader& reader, const Vocabulary& words, RuleInfo& info, Problems& problems) {
  info.title = reader.text("title").value_or("");
  info.title_en = reader.text("x-title-en").value_or("");
  info.id = to_lower(reader.text("id").value_or(""));
  if (!info.id.empty() && !is_uuid(info.id)) problems.error(reader.place("id"), "\"id\" must be a UUID");
  info.name = reader.text("name").value_or("");
  if (!info.name.empty() && !is_rule_name(info.name)) {
    problems.error(reader.place("name"), "\"name\" may hold lower-case letters, digits, \"-\" and \"_\" only");
  }
  for (const char* key : {"title", "id"}) reader.require(key);
  if (!reader.has("name")) info.name = info.id;
  info.description = reader.text("description").value_or("");
  info.guide = reader.text("x-guide").value_or("");
  info.false_positives = reader.texts("falsepositives");
  if (const auto level = reader.word("level", kLevels)) {
    info.level = static_cast<model::Level>(std::find(kLevels.begin(), kLevels.end(), *level) - kLevels.begin());
  }
  reader.word("status", kStatuses);
  reader.text("author");
  reader.text("license");
  reader.text("taxonomy");
  reader.day("date");
  reader.day("modified");
  reader.texts("references");
  // `trailwatch.reason`: the family.
  constexpr std::string_view kOurs = "trailwatch.";
  for (const std::string& tag : reader.texts("tags")) {
    if (info.family.empty() && tag.compare(0, kOurs.size(), kOurs) == 0) info.family = tag.substr(kOurs.size());
  }
  reader.texts("scope");
  for (const Yaml& field : reader.list("fields")) {
    if (field.is_scalar()) words.field(field.text, field.place, problems);
  }
  reader.ignore("related");
}

void read_logsource(const Yaml& yaml, const Vocabulary& words, Problems& problems) {
  MapReader reader(yaml, "logsource", problems);
  const auto word = [&](std::string_view key) {
    const Yaml* value = yaml.find(key);
    return value != nullptr && value->is_scalar() ? value->text : std::string();
  };
  if (words.reads({word("product"), word("category"), word("service")})) return;
  const auto expect = [&](std::string_view key, std::string_view only) {
    const auto value = reader.text(key);
    if (value && *value != only) {
      problems.error(reader.place(key), std::string(key) + " " + quoted(*value) + " is not read by trailwatch",
                     "expected " + quoted(only));
    }
  };
  expect("product", "trailwatch");
  expect("category", "query");
  reader.text("definition");
  if (reader.has("service")) {
    problems.error(reader.place("service"), "\"service\" is not supported in this version",
                   "test the field \"system\"");
    reader.ignore("service");
  }
  reader.finish();
}

std::vector<Need> read_needs(MapReader& reader, Problems& problems) {
  std::vector<Need> out;
  const auto one = [&](const Yaml& item, Need& need) {
    if (!item.is_scalar() ||
        std::find(kReferenceFiles.begin(), kReferenceFiles.end(), item.text) == kReferenceFiles.end()) {
      problems.unknown(item.place, "reference file", item.text, kReferenceFiles);
    }
    need.push_back(item.text);
  };
  for (const Yaml& item : reader.list("x-needs")) {
    Need need;
    if (item.is_list() && !item.items.empty()) {
      for (const Yaml& alternative : item.items) one(alternative, need);
    } else {
      one(item, need);
    }
    out.push_back(std::move(need));
  }
  return out;
}

void read_explain(MapReader& reader, NumberSet set, RuleInfo& info, CompiledRule& rule, Problems& problems) {
  const Yaml* yaml = reader.any("x-explain");
  if (yaml == nullptr) return;
  MapReader sentences(*yaml, "x-explain", problems);
  if (const Yaml* zh = sentences.any("zh")) {
    rule.sentence = Sentence::compile(*zh, set, true, problems);
    info.explain_zh = zh->text;
  }
  if (const Yaml* en = sentences.any("en")) {
    Sentence::compile(*en, set, false, problems);
    info.explain_en = en->text;
  }
  sentences.require("zh");
  sentences.finish();
}

NumberSet numbers_of(const CompiledRule& rule) {
  if (rule.baseline) return NumberSet::baseline;
  if (!rule.correlation) return NumberSet::event;
  switch (rule.correlation->type) {
    case Correlation::Type::event_count:
      return NumberSet::count;
    case Correlation::Type::value_count:
      return NumberSet::distinct;
    case Correlation::Type::value_sum:
    case Correlation::Type::value_avg:
    case Correlation::Type::value_percentile:
    case Correlation::Type::value_median:
      return NumberSet::value;
    case Correlation::Type::temporal:
    case Correlation::Type::temporal_ordered:
    case Correlation::Type::first_seen:
      return NumberSet::sequence;
    case Correlation::Type::streak:
    case Correlation::Type::gap:
      return NumberSet::streak;
  }
  return NumberSet::event;
}

}  // namespace

Document read_document(const Yaml& yaml, const Vocabulary& words, Problems& problems) {
  const std::size_t before = problems.errors();
  Document out;
  out.rule.file = problems.file();
  out.rule.place = yaml.place;
  MapReader reader(yaml, "rule", problems);
  if (!reader.ok()) {
    out.has_errors = true;
    return out;
  }
  read_identity(reader, words, out.info, problems);
  bool understood = true;
  if (const Yaml* correlation = reader.any("correlation")) {
    read_correlation(*correlation, out.rule, problems);
    // The text of Sigma is not clear about where it stands.
    if (const auto generate = reader.boolean("generate")) out.rule.inputs_alert = *generate;
    out.info.kind = out.rule.baseline ? RuleInfo::Kind::baseline : RuleInfo::Kind::correlation;
    understood = out.rule.baseline || out.rule.correlation;
  } else {
    for (const char* key : {"logsource", "detection"}) reader.require(key);
    if (const Yaml* source = reader.any("logsource")) read_logsource(*source, words, problems);
    if (const Yaml* detection = reader.any("detection")) {
      if (auto compiled = compile_detection(*detection, words, problems)) out.rule.detection = std::move(*compiled);
    }
  }
  if (reader.has("action")) {
    problems.error(reader.place("action"), "\"action\" documents are not supported in this version");
    reader.ignore("action");
  }
  out.rule.needs = read_needs(reader, problems);
  if (understood) {
    const NumberSet set = numbers_of(out.rule);
    read_explain(reader, set, out.info, out.rule, problems);
    if (const Yaml* score = reader.any("x-score")) {
      if (const auto compiled = Score::compile(*score, set, problems)) out.rule.score = *compiled;
    }
  } else {
    // Of a type that is not known, nobody can say which numbers it has.
    reader.ignore("x-explain");
    reader.ignore("x-score");
  }
  if (const Yaml* suppress = reader.any("x-suppress")) {
    out.info.suppress = read_suppress(*suppress, out.rule, problems);
  }
  if (const Yaml* tests = reader.any("x-tests")) out.rule.tests = read_tests(*tests, problems);
  reader.finish_open();
  out.has_errors = problems.errors() != before;
  return out;
}

Filter read_filter(const Yaml& yaml, const Vocabulary& words, Problems& problems) {
  const std::size_t before = problems.errors();
  Filter out;
  out.place = yaml.place;
  MapReader reader(yaml, "filter", problems);
  RuleInfo info;
  read_identity(reader, words, info, problems);
  out.title = info.title;
  if (const Yaml* source = reader.any("logsource")) read_logsource(*source, words, problems);
  const Yaml* filter = reader.any("filter");
  if (filter != nullptr && filter->is_map()) {
    const Yaml* rules = filter->find("rules");
    out.for_all = rules != nullptr && rules->is_scalar() && rules->text == "any";
    if (rules == nullptr) problems.error(filter->place, "\"rules\" is missing", "name the rules, or write \"any\"");
    if (rules != nullptr && !out.for_all) out.rules = read_words(rules, "rules", problems);
    // What is left is written as a detection is.
    Yaml detection = *filter;
    for (std::size_t i = 0; i < detection.pairs(); ++i) {
      if (detection.key(i).text != "rules") continue;
      const auto at = detection.items.begin() + static_cast<std::ptrdiff_t>(2 * i);
      detection.items.erase(at, at + 2);
      break;
    }
    if (auto compiled = compile_detection(detection, words, problems)) out.detection = std::move(*compiled);
  } else {
    problems.error(yaml.place, "\"filter\" must be a map");
  }
  reader.finish_open();
  out.has_errors = problems.errors() != before;
  return out;
}

}  // namespace trailwatch::rules
