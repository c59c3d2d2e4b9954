#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rules/problems.h"
#include "rules/yaml.h"
#include "trailwatch/base/time.h"

namespace trailwatch::rules {

// Takes a map apart key by key; whatever is left at the end is a problem. Every getter gives nothing both when the key
// is not there and when its value is wrong, in which case it has been reported.
class MapReader {
 public:
  // `what` names the map in messages.
  MapReader(const Yaml& map, std::string what, Problems& problems);

  bool ok() const { return map_.is_map(); }
  bool has(std::string_view key) const { return map_.find(key) != nullptr; }
  Place place() const { return map_.place; }
  Place place(std::string_view key) const;
  Problems& problems() { return problems_; }

  // Any value, null included.
  const Yaml* any(std::string_view key);
  std::optional<std::string> text(std::string_view key);
  std::optional<std::string> word(std::string_view key, const std::vector<std::string>& words);
  std::optional<double> number(std::string_view key, double min, double max);
  std::optional<std::int64_t> integer(std::string_view key, std::int64_t min, std::int64_t max);
  std::optional<bool> boolean(std::string_view key);
  std::optional<LocalDay> day(std::string_view key);
  // Items of a list; empty when it is not there.
  std::vector<Yaml> list(std::string_view key);
  std::vector<std::string> texts(std::string_view key);
  // Reports `"key" is missing`.
  void require(std::string_view key);
  // The map may have these keys, which nobody reads.
  void ignore(std::string_view key) { known_.insert(std::string(key)); }

  // Keys that nobody asked for are errors.
  void finish();
  // The same, but keys of others get a warning only; those that begin with `x-` are ours and stay errors.
  void finish_open();

 private:
  const Yaml* scalar(std::string_view key);
  void left_over(bool is_open);

  const Yaml& map_;
  std::string what_;
  Problems& problems_;
  std::set<std::string, std::less<>> known_;
};

}  // namespace trailwatch::rules
