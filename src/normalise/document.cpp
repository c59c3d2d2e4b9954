#include "normalise/document.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "trailwatch/base/text.h"

namespace trailwatch::normalise {

using nlohmann::json;

void Problems::add(std::string path, std::string message, std::string hint) {
  Error error{Errc::invalid, std::move(message), std::move(hint), {}};
  if (!path.empty()) error.places.push_back(std::move(path));
  error.places.push_back(profile_);
  errors_.push_back(std::move(error));
}

void Problems::add_word(std::string path, std::string_view what, std::string_view word,
                        const std::vector<std::string>& valid) {
  const std::string near = nearest(word, valid);
  std::string hint = "did you mean \"" + near + "\"?";
  if (near.empty()) {
    hint = "use one of:";
    for (const std::string& candidate : valid) hint += (&candidate == &valid.front() ? " " : ", ") + candidate;
  }
  add(std::move(path), "unknown " + std::string(what) + " \"" + std::string(word) + "\"", std::move(hint));
}

std::optional<json> read_document(std::string_view text, Problems& problems) {
  std::vector<std::set<std::string>> keys;
  std::vector<std::string> twice;
  const auto watch = [&](int, json::parse_event_t event, json& parsed) {
    if (event == json::parse_event_t::object_start) keys.emplace_back();
    if (event == json::parse_event_t::object_end) keys.pop_back();
    if (event == json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second) {
      twice.push_back(parsed.get<std::string>());
    }
    return true;
  };
  try {
    json document = json::parse(text.begin(), text.end(), watch, true, true);
    for (const std::string& key : twice) problems.add({}, "the key \"" + key + "\" stands twice in one object");
    if (document.is_object()) return document;
    problems.add({}, "a profile is a JSON object");
  } catch (const json::exception& failure) {
    std::string what = failure.what();
    const std::size_t start = what.find("] ");
    problems.add({}, "not JSON: " + (start == std::string::npos ? what : what.substr(start + 2)));
  }
  return std::nullopt;
}

Node::Node(const json& value, std::string path, Problems& problems)
    : value_(value), path_(std::move(path)), problems_(problems), is_object_(value.is_object()) {
  if (!is_object_) problems_.add(path_, "must be an object");
}

Node::~Node() {
  if (!is_object_) return;
  for (const auto& [key, ignored] : value_.items()) {
    if (std::find(known_.begin(), known_.end(), key) == known_.end())
      problems_.add_word(this->path(key), "key", key, known_);
  }
}

bool Node::has(std::string_view key) const {
  return is_object_ && value_.contains(std::string(key));
}

std::string Node::path(std::string_view key) const {
  return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

const json* Node::any(std::string_view key) {
  known_.emplace_back(key);
  if (!is_object_) return nullptr;
  const auto found = value_.find(std::string(key));
  return found == value_.end() ? nullptr : &*found;
}

std::optional<std::string> Node::text(std::string_view key) {
  const json* const found = any(key);
  if (found == nullptr) return std::nullopt;
  if (found->is_string()) return found->get<std::string>();
  problems_.add(path(key), "must be a text");
  return std::nullopt;
}

std::optional<bool> Node::flag(std::string_view key) {
  const json* const found = any(key);
  if (found == nullptr) return std::nullopt;
  if (found->is_boolean()) return found->get<bool>();
  problems_.add(path(key), "must be true or false");
  return std::nullopt;
}

std::vector<std::string> Node::texts(std::string_view key) {
  std::vector<std::string> out;
  const json* const found = list(key);
  if (found == nullptr) return out;
  for (std::size_t i = 0; i < found->size(); ++i) {
    if ((*found)[i].is_string()) {
      out.push_back((*found)[i].get<std::string>());
    } else {
      problems_.add(path(key) + "[" + std::to_string(i) + "]", "must be a text");
    }
  }
  return out;
}

const json* Node::object(std::string_view key) {
  const json* const found = any(key);
  if (found == nullptr || found->is_object()) return found;
  problems_.add(path(key), "must be an object");
  return nullptr;
}

const json* Node::list(std::string_view key) {
  const json* const found = any(key);
  if (found == nullptr || found->is_array()) return found;
  problems_.add(path(key), "must be a list");
  return nullptr;
}

std::optional<std::string> Node::word(std::string_view key, std::string_view what,
                                      const std::vector<std::string>& valid) {
  std::optional<std::string> found = text(key);
  if (!found || std::find(valid.begin(), valid.end(), *found) != valid.end()) return found;
  problems_.add_word(path(key), what, *found, valid);
  return std::nullopt;
}

}  // namespace trailwatch::normalise
