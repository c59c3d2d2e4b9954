#include "rules/document.h"

#include <algorithm>

#include "rules/read.h"
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
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

void read_identity(MapReader& reader, RuleInfo& info, Problems& problems) {
  info.title = reader.text("title").value_or("");
  info.title_en = reader.text("x-title-en").value_or("");
  info.id = to_lower(reader.text("id").value_or(""));
  if (!info.id.empty() && !is_uuid(info.id)) problems.error(reader.place("id"), "\"id\" must be a UUID");
  info.name = reader.text("name").value_or("");
  if (!info.name.empty() && !is_rule_name(info.name)) {
    problems.error(reader.place("name"), "\"name\" may hold lower-case letters, digits and \"-\" only");
  }
  for (const char* key : {"title", "id", "name"}) reader.require(key);
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
  reader.texts("tags");
  reader.texts("scope");
  for (const Yaml& field : reader.list("fields")) {
    if (field.is_scalar() && !find_field(field.text)) problems.unknown(field.place, "field", field.text, field_names());
  }
  reader.ignore("related");
}

void read_logsource(const Yaml& yaml, Problems& problems) {
  MapReader reader(yaml, "logsource", problems);
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

void read_explain(MapReader& reader, RuleInfo& info, CompiledRule& rule, Problems& problems) {
  const Yaml* yaml = reader.any("x-explain");
  if (yaml == nullptr) return;
  MapReader sentences(*yaml, "x-explain", problems);
  if (const Yaml* zh = sentences.any("zh")) {
    rule.sentence = Sentence::compile(*zh, info.kind, true, problems);
    info.explain_zh = zh->text;
  }
  if (const Yaml* en = sentences.any("en")) {
    Sentence::compile(*en, info.kind, false, problems);
    info.explain_en = en->text;
  }
  sentences.require("zh");
  sentences.finish();
}

}  // namespace

Document read_document(const Yaml& yaml, Problems& problems) {
  const std::size_t before = problems.errors();
  Document out;
  out.rule.file = problems.file();
  out.rule.place = yaml.place;
  MapReader reader(yaml, "rule", problems);
  if (!reader.ok()) {
    out.has_errors = true;
    return out;
  }
  const Yaml* correlation = reader.any("correlation");
  out.info.kind = correlation == nullptr ? RuleInfo::Kind::event : RuleInfo::Kind::baseline;
  read_identity(reader, out.info, problems);
  if (correlation != nullptr) {
    out.rule.baseline = read_correlation(*correlation, problems);
    // The text of Sigma is not clear about where it stands.
    if (const auto generate = reader.boolean("generate")) out.rule.baseline->base_alerts = *generate;
  } else {
    for (const char* key : {"logsource", "detection"}) reader.require(key);
    if (const Yaml* source = reader.any("logsource")) read_logsource(*source, problems);
    if (const Yaml* detection = reader.any("detection")) {
      if (auto compiled = compile_detection(*detection, problems)) out.rule.detection = std::move(*compiled);
    }
  }
  if (reader.has("filter") || reader.has("action")) {
    const char* key = reader.has("filter") ? "filter" : "action";
    problems.error(reader.place(key), quoted(key) + " documents are not supported in this version");
    reader.ignore("filter");
    reader.ignore("action");
  }
  out.rule.needs = read_needs(reader, problems);
  read_explain(reader, out.info, out.rule, problems);
  if (const Yaml* score = reader.any("x-score")) {
    if (const auto compiled = Score::compile(*score, out.info.kind, problems)) out.rule.score = *compiled;
  }
  if (const Yaml* tests = reader.any("x-tests")) out.rule.tests = read_tests(*tests, problems);
  reader.finish_open();
  out.has_errors = problems.errors() != before;
  return out;
}

void read_list(const Yaml& yaml, Placeholders& placeholders, Problems& problems) {
  MapReader reader(yaml, "list", problems);
  reader.word("x-list", {"placeholders"});
  reader.text("title");
  reader.text("description");
  for (const Yaml& item : reader.list("values")) {
    if (!item.is_scalar() || letters_of(item.text).empty()) {
      problems.error(item.place, "a placeholder needs a letter or a digit");
    } else if (length(item.text) > 30) {
      problems.error(item.place, "a placeholder has at most 30 characters");
    } else {
      placeholders.add(item.text);
    }
  }
  reader.require("values");
  reader.finish();
}

}  // namespace trailwatch::rules
