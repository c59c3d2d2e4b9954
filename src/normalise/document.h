#pragma once

#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trailwatch/base/result.h"

namespace trailwatch::normalise {

// Everything that is wrong with one profile, gathered so that a person sees it all at once.
class Problems {
 public:
  explicit Problems(std::string_view profile) : profile_("profile \"" + std::string(profile) + "\"") {}

  // `path` as in `fields.system.map`; empty for the whole document.
  void add(std::string path, std::string message, std::string hint = {});
  // Says that `word` is not one of `valid`, and names the nearest or all of them.
  void add_word(std::string path, std::string_view what, std::string_view word, const std::vector<std::string>& valid);
  bool empty() const { return errors_.empty(); }
  std::vector<Error> take() { return std::move(errors_); }

 private:
  std::string profile_;
  std::vector<Error> errors_;
};

// JSON with // and /* */ comments; a key that comes twice in one object is a problem. Nothing when it cannot be read.
std::optional<nlohmann::json> read_document(std::string_view text, Problems& problems);

// One object of a profile, whose members are asked for by name. A member of another type is a problem and reads as
// absent; so is, when the node ends, a member that nobody asked for.
class Node {
 public:
  Node(const nlohmann::json& value, std::string path, Problems& problems);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  bool is_object() const { return is_object_; }
  bool has(std::string_view key) const;
  std::string path(std::string_view key) const;

  // The member as it is, or null.
  const nlohmann::json* any(std::string_view key);
  std::optional<std::string> text(std::string_view key);
  std::optional<bool> flag(std::string_view key);
  std::vector<std::string> texts(std::string_view key);
  const nlohmann::json* object(std::string_view key);
  const nlohmann::json* list(std::string_view key);
  // A text that must be one of `valid`.
  std::optional<std::string> word(std::string_view key, std::string_view what, const std::vector<std::string>& valid);

 private:
  const nlohmann::json& value_;
  std::string path_;
  Problems& problems_;
  bool is_object_;
  std::vector<std::string> known_;
};

}  // namespace trailwatch::normalise
