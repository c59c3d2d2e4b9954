#include "trailwatch/rules/rule_set.h"

#include <algorithm>
#include <tuple>

#include "rules/compiled.h"
#include "rules/link.h"
#include "rules/vocabulary.h"
#include "rules/yaml.h"
#include "trailwatch/base/hash.h"

namespace trailwatch::rules {

namespace {

std::string version_of(const std::vector<RuleFile>& files) {
  Sha256 hash;
  for (const RuleFile& file : files) {
    hash.add(std::to_string(file.name.size()) + ":" + file.name + std::to_string(file.text.size()) + ":");
    hash.add(file.text);
  }
  return to_hex(hash.digest(), 8);
}

void warn_about(const Document& document, const Placeholders& placeholders, Problems& voice) {
  const CompiledRule& rule = document.rule;
  if (document.info.alerts && !rule.sentence) {
    voice.warning(rule.place, "rule " + quoted(document.info.name) + " has no sentence", "write \"x-explain\"");
  }
  const bool asks = std::any_of(rule.detection.predicates.begin(), rule.detection.predicates.end(), [](const auto& p) {
    return p.kind == Predicate::Kind::blank || p.field == Field::reason_quality;
  });
  if (asks && placeholders.empty()) {
    voice.warning(rule.place, "there is no list of placeholders", "add an \"x-list: placeholders\" document");
  }
}

}  // namespace

RuleSet::Outcome RuleSet::parse(const std::vector<RuleFile>& given) {
  std::vector<RuleFile> files = given;
  std::sort(files.begin(), files.end(),
            [](const RuleFile& a, const RuleFile& b) { return std::tie(a.name, a.text) < std::tie(b.name, b.text); });

  Outcome out;
  auto impl = std::make_shared<Impl>();
  impl->version = version_of(files);
  std::vector<Problems> voices;
  voices.reserve(files.size());
  // Lists and names of fields first: rules of any file may use them.
  struct Parsed {
    std::vector<Yaml> documents;
    bool broken = false;
  };
  std::vector<Parsed> parsed;
  Vocabulary words;
  for (const RuleFile& file : files) {
    Problems& voice = voices.emplace_back(file.name, out.problems);
    Parsed& next = parsed.emplace_back();
    next.documents = read_yaml(file.text, voice);
    // A key that stands twice or an alias is found while the tree is built, and spoils every rule of its file.
    next.broken = voice.errors() != 0;
    const auto is_word = [&](const Yaml& yaml) { return yaml.kind == Yaml::Kind::null || words.read(yaml, voice); };
    next.documents.erase(std::remove_if(next.documents.begin(), next.documents.end(), is_word), next.documents.end());
  }
  std::vector<Read> all;
  std::vector<ReadFilter> filters;
  for (std::size_t i = 0; i < parsed.size(); ++i) {
    for (const Yaml& yaml : parsed[i].documents) {
      if (yaml.find("filter") != nullptr) {
        filters.push_back({read_filter(yaml, words, voices[i]), i});
        continue;
      }
      Read read{read_document(yaml, words, voices[i]), i};
      read.document.has_errors = read.document.has_errors || parsed[i].broken;
      all.push_back(std::move(read));
    }
  }
  refuse_doubles(all, voices);
  apply(filters, all, voices);
  link(all, words, voices);
  impl->placeholders = words.placeholders();
  for (const Read& read : all) {
    if (!read.document.has_errors) warn_about(read.document, impl->placeholders, voices[read.file]);
  }

  all.erase(std::remove_if(all.begin(), all.end(), [](const Read& read) { return read.document.has_errors; }),
            all.end());
  std::sort(all.begin(), all.end(),
            [](const Read& a, const Read& b) { return a.document.info.name < b.document.info.name; });
  for (Read& read : all) {
    impl->infos.push_back(std::move(read.document.info));
    impl->rules.push_back(std::move(read.document.rule));
  }
  std::sort(out.problems.begin(), out.problems.end(), [](const Problem& a, const Problem& b) {
    return std::tie(a.file, a.line, a.column, a.message, a.hint) <
           std::tie(b.file, b.line, b.column, b.message, b.hint);
  });
  out.rules.impl_ = impl;
  for (CompiledRule& rule : impl->rules) {
    for (Input& input : rule.inputs) input.rule = out.rules.find(input.name.text).value();
    if (!rule.baseline) continue;
    rule.baseline->base = rule.inputs.front().rule;
    if (rule.inputs.size() > 1) rule.baseline->whole = rule.inputs[1].rule;
  }
  impl->correlations = in_order_of_chains(impl->rules);
  return out;
}

RuleSet::RuleSet() : impl_(std::make_shared<const Impl>()) {}

const std::vector<RuleInfo>& RuleSet::rules() const {
  return impl_->infos;
}
const std::string& RuleSet::version() const {
  return impl_->version;
}

std::optional<RuleIndex> RuleSet::find(std::string_view name) const {
  for (std::size_t i = 0; i < impl_->infos.size(); ++i) {
    if (impl_->infos[i].name == name) return i;
  }
  return std::nullopt;
}

bool RuleSet::Outcome::ok() const {
  return std::none_of(problems.begin(), problems.end(), [](const Problem& problem) { return problem.is_error; });
}

}  // namespace trailwatch::rules
