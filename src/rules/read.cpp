#include "rules/read.h"

#include <algorithm>
#include <charconv>

#include "trailwatch/base/text.h"

namespace trailwatch::rules {

namespace {

template <typename T>
std::optional<T> parse_all(std::string_view text) {
  T out{};
  const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
  if (text.empty() || read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return out;
}

}  // namespace

MapReader::MapReader(const Yaml& map, std::string what, Problems& problems)
    : map_(map), what_(std::move(what)), problems_(problems) {
  if (!map.is_map()) problems.error(map.place, quoted(what_) + " must be a map");
}

Place MapReader::place(std::string_view key) const {
  const Yaml* value = map_.find(key);
  return value == nullptr ? map_.place : value->place;
}

const Yaml* MapReader::any(std::string_view key) {
  known_.insert(std::string(key));
  return map_.find(key);
}

const Yaml* MapReader::scalar(std::string_view key) {
  const Yaml* value = any(key);
  if (value == nullptr) return nullptr;
  if (value->is_scalar() && !trim(value->text).empty()) return value;
  problems_.error(value->place,
                  quoted(key) + (value->is_map() || value->is_list() ? " must be plain text" : " is empty"));
  return nullptr;
}

std::optional<std::string> MapReader::text(std::string_view key) {
  const Yaml* value = scalar(key);
  return value == nullptr ? std::nullopt : std::optional(std::string(trim(value->text)));
}

std::optional<std::string> MapReader::word(std::string_view key, const std::vector<std::string>& words) {
  const Yaml* value = scalar(key);
  if (value == nullptr) return std::nullopt;
  if (std::find(words.begin(), words.end(), value->text) != words.end()) return value->text;
  std::string hint = did_you_mean(value->text, words);
  if (hint.empty()) {
    for (const std::string& word : words) hint += (hint.empty() ? "one of " : ", ") + word;
  }
  problems_.error(value->place, "unknown " + std::string(key) + " " + quoted(value->text), hint);
  return std::nullopt;
}

std::optional<double> MapReader::number(std::string_view key, double min, double max) {
  const Yaml* value = scalar(key);
  if (value == nullptr) return std::nullopt;
  const auto out = parse_all<double>(value->text);
  if (out && *out >= min && *out <= max) return out;
  problems_.error(value->place, quoted(key) + (out ? " is out of range" : " must be a number"));
  return std::nullopt;
}

std::optional<std::int64_t> MapReader::integer(std::string_view key, std::int64_t min, std::int64_t max) {
  const Yaml* value = scalar(key);
  if (value == nullptr) return std::nullopt;
  const auto out = parse_all<std::int64_t>(value->text);
  if (out && *out >= min && *out <= max) return out;
  problems_.error(value->place, quoted(key) + (out ? " is out of range" : " must be a whole number"));
  return std::nullopt;
}

std::optional<bool> MapReader::boolean(std::string_view key) {
  const Yaml* value = scalar(key);
  if (value == nullptr) return std::nullopt;
  if (value->text == "true" || value->text == "false") return value->text == "true";
  problems_.error(value->place, quoted(key) + " must be true or false");
  return std::nullopt;
}

std::optional<LocalDay> MapReader::day(std::string_view key) {
  const Yaml* value = scalar(key);
  if (value == nullptr) return std::nullopt;
  const auto out = parse_day(value->text);
  if (!out) problems_.error(value->place, quoted(key) + " must be a day such as 2026-03-02");
  return out;
}

std::vector<Yaml> MapReader::list(std::string_view key) {
  const Yaml* value = any(key);
  if (value == nullptr) return {};
  if (!value->is_list()) {
    problems_.error(value->place, quoted(key) + " must be a list");
    return {};
  }
  return value->items;
}

std::vector<std::string> MapReader::texts(std::string_view key) {
  std::vector<std::string> out;
  for (const Yaml& item : list(key)) {
    if (item.is_scalar() && !item.text.empty()) {
      out.emplace_back(trim(item.text));
    } else {
      problems_.error(item.place, quoted(key) + " must be a list of texts");
    }
  }
  return out;
}

void MapReader::require(std::string_view key) {
  if (ok() && !has(key)) problems_.error(map_.place, quoted(key) + " is missing");
}

void MapReader::finish() {
  left_over(false);
}
void MapReader::finish_open() {
  left_over(true);
}

void MapReader::left_over(bool is_open) {
  const std::vector<std::string> words(known_.begin(), known_.end());
  for (std::size_t i = 0; map_.is_map() && i < map_.pairs(); ++i) {
    const Yaml& key = map_.key(i);
    if (!key.is_scalar() || known_.count(key.text) != 0) continue;
    if (is_open && key.text.rfind("x-", 0) != 0) {
      problems_.warning(key.place, "unknown key " + quoted(key.text), did_you_mean(key.text, words));
    } else {
      problems_.error(key.place, "unknown key " + quoted(key.text) + " in " + quoted(what_),
                      did_you_mean(key.text, words));
    }
  }
}

}  // namespace trailwatch::rules
