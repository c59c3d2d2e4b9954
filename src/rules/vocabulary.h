#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/blank.h"
#include "rules/field.h"
#include "rules/problems.h"
#include "rules/yaml.h"

namespace trailwatch::rules {

// Where a rule's events come from, in Sigma's three words. An empty word stands for any.
struct LogSource {
  std::string product, category, service;
};

// What the `x-list` and `x-fields` documents of a rule directory add to the words that rules may use. Complete before
// the first rule is read, so that the order of files does not matter.
class Vocabulary {
 public:
  // Reads an `x-list` or `x-fields` document. False when it is neither.
  bool read(const Yaml& document, Problems& problems);

  // Our own name, or one that an `x-fields` document gave to a field of ours.
  std::optional<Field> field(std::string_view name) const;
  // All of these, for hints.
  std::vector<std::string> field_names() const;
  // Reports an unknown one.
  std::optional<Field> field(std::string_view name, Place place, Problems& problems) const;

  const std::vector<std::string>* list(std::string_view name) const;
  std::vector<std::string> list_names() const;
  const Placeholders& placeholders() const { return placeholders_; }

  // Are events of this source read, by the word of an `x-fields` document?
  bool reads(const LogSource& source) const;

 private:
  void read_list(const Yaml& document, Problems& problems);
  void read_fields(const Yaml& document, Problems& problems);

  std::map<std::string, Field, std::less<>> aliases_;
  std::map<std::string, std::vector<std::string>, std::less<>> lists_;
  std::vector<LogSource> sources_;
  Placeholders placeholders_;
};

}  // namespace trailwatch::rules
