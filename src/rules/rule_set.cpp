#include "trailwatch/rules/rule_set.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "rules/compiled.h"
#include "rules/document.h"
#include "rules/yaml.h"
#include "trailwatch/base/hash.h"

namespace trailwatch::rules {

namespace {

// A document with the file's voice, for what can only be said once all are read.
struct Read {
  Document document;
  std::size_t file = 0;
};

std::string version_of(const std::vector<RuleFile>& files) {
  Sha256 hash;
  for (const RuleFile& file : files) {
    hash.add(std::to_string(file.name.size()) + ":" + file.name + std::to_string(file.text.size()) + ":");
    hash.add(file.text);
  }
  return to_hex(hash.digest(), 8);
}

// A name or id that two rules have makes both of them useless as a reference: the later one is refused.
void refuse_doubles(std::vector<Read>& all, std::vector<Problems>& voices) {
  std::map<std::string, const Read*> ids, names;
  for (Read& read : all) {
    const auto first_of = [&](std::map<std::string, const Read*>& seen, const std::string& key, const char* what) {
      if (key.empty()) return;
      const auto [found, is_new] = seen.emplace(key, &read);
      if (is_new) return;
      voices[read.file].error(
          read.document.rule.place, std::string(what) + " " + quoted(key) + " is used by another rule",
          "see " + found->second->document.rule.file + ":" + std::to_string(found->second->document.rule.place.line));
      read.document.has_errors = true;
    };
    first_of(ids, read.document.info.id, "id");
    first_of(names, read.document.info.name, "name");
  }
}

// Hides the rules that only feed correlations, and refuses correlations over rules that are not there or not usable.
void link(std::vector<Read>& all, std::vector<Problems>& voices) {
  for (Read& read : all) {
    auto& baseline = read.document.rule.baseline;
    if (!baseline || baseline->base_name.empty()) continue;
    std::vector<std::string> names;
    bool usable = false, found = false;
    for (Read& other : all) {
      names.push_back(other.document.info.name);
      if (other.document.info.name != baseline->base_name && other.document.info.id != baseline->base_name) continue;
      found = true;
      if (!baseline->base_alerts) other.document.info.alerts = false;
      usable = usable || (!other.document.has_errors && other.document.info.kind == RuleInfo::Kind::event);
      baseline->base_name = other.document.info.name;
    }
    if (!found) {
      voices[read.file].unknown(baseline->base_place, "rule", baseline->base_name, names);
    } else if (!usable) {
      voices[read.file].error(baseline->base_place, "rule " + quoted(baseline->base_name) + " cannot be counted",
                              "it is no event rule, or has errors");
    }
    read.document.has_errors = read.document.has_errors || !usable;
  }
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
  std::vector<Read> all;
  for (const RuleFile& file : files) {
    Problems& voice = voices.emplace_back(file.name, out.problems);
    std::size_t before = voice.errors();
    const std::vector<Yaml> documents = read_yaml(file.text, voice);
    // A key that stands twice or an alias is found while the tree is built, and spoils every rule of its file.
    const bool broken = voice.errors() != before;
    for (const Yaml& yaml : documents) {
      if (yaml.kind == Yaml::Kind::null) continue;
      if (yaml.find("x-list") != nullptr) {
        read_list(yaml, impl->placeholders, voice);
        continue;
      }
      Read read{read_document(yaml, voice), voices.size() - 1};
      read.document.has_errors = read.document.has_errors || broken;
      all.push_back(std::move(read));
    }
  }
  refuse_doubles(all, voices);
  link(all, voices);
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
    if (rule.baseline) rule.baseline->base = *out.rules.find(rule.baseline->base_name);
  }
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
