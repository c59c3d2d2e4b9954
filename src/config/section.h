#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "trailwatch/base/files.h"
#include "trailwatch/base/text.h"
#include "trailwatch/config/config.h"

namespace trailwatch::config {

using nlohmann::json;

// Reads values out of one JSON object, remembers which keys were asked for, and complains about everything else.
class Section {
 public:
  Section(const json& object, std::string path, std::vector<Problem>& problems)
      : object_(object), path_(std::move(path)), problems_(problems) {
    if (!object_.is_object()) complain("", "must be an object", "");
  }

  // Nothing when the key is absent.
  const json* find(const std::string& key) {
    known_.push_back(key);
    if (!object_.is_object()) return nullptr;
    const auto found = object_.find(key);
    return found == object_.end() ? nullptr : &*found;
  }

  void text(const std::string& key, std::string& out) {
    if (const json* value = find(key)) {
      if (!value->is_string()) return complain(key, "must be a text", "");
      out = value->get<std::string>();
    }
  }
  void required_text(const std::string& key, std::string& out) {
    const std::size_t before = problems_.size();
    text(key, out);
    if (out.empty() && problems_.size() == before) complain(key, "is missing", "");
  }
  void path(const std::string& key, std::string& out, std::string_view directory, const std::string& fallback) {
    text(key, out);
    out = clean_path(out.empty() ? fallback : join_path(directory, out));
  }
  // One path or a list of them.
  void paths(const std::string& key, std::vector<std::string>& out, std::string_view directory,
             const std::string& fallback) {
    out.clear();
    const json* value = find(key);
    if (value != nullptr && value->is_array()) {
      list(key, out);
      if (value->empty()) complain(key, "names no directory", "");
      for (std::string& one : out) one = clean_path(join_path(directory, one));
    } else {
      out.emplace_back();
      path(key, out.front(), directory, fallback);
    }
  }
  void required_path(const std::string& key, std::string& out, std::string_view directory) {
    required_text(key, out);
    if (!out.empty()) out = clean_path(join_path(directory, out));
  }
  void number(const std::string& key, std::int64_t& out, std::int64_t min, std::int64_t max) {
    const json* value = find(key);
    if (value == nullptr) return;
    if (!value->is_number_integer() || value->get<std::int64_t>() < min || value->get<std::int64_t>() > max) {
      return complain(key, "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max), "");
    }
    out = value->get<std::int64_t>();
  }
  void share(const std::string& key, double& out) {
    const json* value = find(key);
    if (value == nullptr) return;
    if (!value->is_number() || value->get<double>() < 0 || value->get<double>() > 1) {
      return complain(key, "must be a share from 0 to 1", "1 % is 0.01");
    }
    out = value->get<double>();
  }
  void score(const std::string& key, double& out) {
    const json* value = find(key);
    if (value == nullptr) return;
    if (!value->is_number() || value->get<double>() < 0 || value->get<double>() > 100) {
      return complain(key, "must be a score from 0 to 100", "");
    }
    out = value->get<double>();
  }
  void texts(const std::string& key, std::map<std::string, std::string>& out) {
    const json* value = find(key);
    if (value == nullptr) return;
    if (!value->is_object()) return complain(key, "must be an object of texts", "");
    for (const auto& [name, item] : value->items()) {
      if (!item.is_string()) {
        complain(key + "." + name, "must be a text", "");
      } else {
        out[name] = item.get<std::string>();
      }
    }
  }
  void list(const std::string& key, std::vector<std::string>& out) {
    const json* value = find(key);
    if (value == nullptr) return;
    const bool ok =
        value->is_array() && std::all_of(value->begin(), value->end(), [](const json& one) { return one.is_string(); });
    if (!ok) return complain(key, "must be a list of texts", "");
    out = value->get<std::vector<std::string>>();
  }
  // One of a few words.
  template <typename T>
  void word(const std::string& key, T& out, const std::vector<std::pair<std::string, T>>& words) {
    const json* value = find(key);
    if (value == nullptr) return;
    std::string all;
    for (const auto& [name, meaning] : words) {
      if (value->is_string() && value->get<std::string>() == name) {
        out = meaning;
        return;
      }
      all += (all.empty() ? "" : ", ") + name;
    }
    complain(key, "must be one of: " + all, "");
  }
  std::optional<int> minute_of_day(const std::string& key, const json& value) {
    const std::string text = value.is_string() ? value.get<std::string>() : "";
    const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
    if (text.size() == 5 && text[2] == ':' && digit(0) && digit(1) && digit(3) && digit(4)) {
      const int hour = (text[0] - '0') * 10 + text[1] - '0', minute = (text[3] - '0') * 10 + text[4] - '0';
      if (minute < 60 && hour * 60 + minute <= 24 * 60) return hour * 60 + minute;
    }
    complain(key, "must be a time of day such as \"07:30\"", "");
    return std::nullopt;
  }
  void hours(const std::string& key, const json& value, WorkingHours& out) {
    if (!value.is_array() || value.size() != 2)
      return complain(key, "must be [\"from\", \"until\"]", "[\"07:30\", \"18:30\"]");
    const auto from = minute_of_day(key, value[0]), until = minute_of_day(key, value[1]);
    if (!from || !until) return;
    if (*from >= *until) return complain(key, "ends before it begins", "hours over midnight belong into shifts.csv");
    out = {*from, *until};
  }

  // Call last: what nobody asked for is a mistake, never ignored.
  void finish() {
    if (!object_.is_object()) return;
    for (const auto& [key, value] : object_.items()) {
      if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
      const std::string near = nearest(key, known_);
      complain(key, "unknown key", near.empty() ? "" : "did you mean \"" + near + "\"?");
    }
  }
  void complain(const std::string& key, std::string message, std::string hint) {
    std::string path = path_;
    if (!key.empty()) path += (path.empty() ? "" : ".") + key;
    problems_.push_back({std::move(path), 0, std::move(message), std::move(hint)});
  }

 private:
  const json& object_;
  std::string path_;
  std::vector<Problem>& problems_;
  std::vector<std::string> known_;
};

}  // namespace trailwatch::config
