#include "rules/vocabulary.h"

#include <algorithm>

#include "rules/read.h"
#include "trailwatch/base/text.h"

namespace trailwatch::rules {

namespace {

constexpr std::string_view kPlaceholderList = "placeholders";
constexpr std::size_t kValueCharactersMax = 200;
constexpr std::size_t kListValuesMax = 100'000;

// Ends up between two `%`, after a `|`, or as a word of a message.
bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= 60 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  });
}

}  // namespace

bool Vocabulary::read(const Yaml& document, Problems& problems) {
  if (document.find("x-list") != nullptr) {
    read_list(document, problems);
  } else if (document.find("x-fields") != nullptr) {
    read_fields(document, problems);
  } else {
    return false;
  }
  return true;
}

void Vocabulary::read_list(const Yaml& document, Problems& problems) {
  MapReader reader(document, "list", problems);
  const std::string name = reader.text("x-list").value_or("");
  if (!name.empty() && !is_word(name)) {
    problems.error(reader.place("x-list"), "a list's name may hold letters, digits, \"-\", \"_\" and \".\" only");
  }
  reader.text("title");
  reader.text("description");
  const bool are_placeholders = name == kPlaceholderList;
  std::vector<std::string>& values = lists_[name];
  for (const Yaml& item : reader.list("values")) {
    if (!item.is_scalar() || trim(item.text).empty()) {
      problems.error(item.place, are_placeholders ? "a placeholder needs a letter or a digit" : "a value needs a text");
    } else if (are_placeholders && letters_of(item.text).empty()) {
      problems.error(item.place, "a placeholder needs a letter or a digit");
    } else if (are_placeholders && length(item.text) > 30) {
      problems.error(item.place, "a placeholder has at most 30 characters");
    } else if (length(item.text) > kValueCharactersMax || values.size() == kListValuesMax) {
      problems.error(item.place, "a list has at most 100,000 values of 200 characters");
      break;
    } else {
      if (are_placeholders) placeholders_.add(item.text);
      values.push_back(item.text);
    }
  }
  reader.require("values");
  reader.finish();
}

void Vocabulary::read_fields(const Yaml& document, Problems& problems) {
  MapReader reader(document, "x-fields", problems);
  reader.text("x-fields");
  reader.text("title");
  reader.text("description");
  const auto read_source = [&](const Yaml& map) {
    MapReader source(map, "logsource", problems);
    LogSource out{source.text("product").value_or(""), source.text("category").value_or(""),
                  source.text("service").value_or("")};
    source.finish();
    if (out.product.empty() && out.category.empty() && out.service.empty()) {
      if (source.ok()) problems.error(map.place, "\"logsource\" needs a product, category or service");
      return;
    }
    sources_.push_back(std::move(out));
  };
  if (const Yaml* sources = reader.any("logsource")) {
    if (!sources->is_list()) read_source(*sources);
    for (std::size_t i = 0; sources->is_list() && i < sources->items.size(); ++i) read_source(sources->items[i]);
  }
  if (const Yaml* fields = reader.any("fields")) {
    if (!fields->is_map()) problems.error(fields->place, "\"fields\" must be a map of their names to ours");
    for (std::size_t i = 0; fields->is_map() && i < fields->pairs(); ++i) {
      const Yaml &name = fields->key(i), &ours = fields->value(i);
      const auto target = find_field(ours.text);
      if (!name.is_scalar()) continue;  // reported already
      if (!target) {
        problems.unknown(ours.place, "field", ours.text, rules::field_names());
      } else if (!is_word(name.text)) {
        problems.error(name.place, "a field's name may hold letters, digits, \"-\", \"_\" and \".\" only");
      } else if (find_field(name.text)) {
        problems.error(name.place, quoted(name.text) + " is a field of ours and keeps its meaning");
      } else if (!aliases_.emplace(name.text, *target).second && aliases_[name.text] != *target) {
        problems.error(name.place, "field " + quoted(name.text) + " has another meaning already");
      }
    }
  }
  reader.require("fields");
  reader.finish();
}

std::optional<Field> Vocabulary::field(std::string_view name) const {
  if (const auto own = find_field(name)) return own;
  const auto found = aliases_.find(name);
  return found == aliases_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string> Vocabulary::field_names() const {
  std::vector<std::string> out = rules::field_names();
  for (const auto& [name, field] : aliases_) out.push_back(name);
  return out;
}

std::optional<Field> Vocabulary::field(std::string_view name, Place place, Problems& problems) const {
  auto out = field(name);
  if (!out) problems.unknown(place, "field", name, field_names());
  return out;
}

const std::vector<std::string>* Vocabulary::list(std::string_view name) const {
  const auto found = lists_.find(name);
  return found == lists_.end() ? nullptr : &found->second;
}

std::vector<std::string> Vocabulary::list_names() const {
  std::vector<std::string> out;
  for (const auto& [name, values] : lists_) out.push_back(name);
  return out;
}

bool Vocabulary::reads(const LogSource& source) const {
  const auto fits = [](const std::string& wanted, const std::string& given) {
    return wanted.empty() || wanted == given;
  };
  return std::any_of(sources_.begin(), sources_.end(), [&](const LogSource& known) {
    return fits(known.product, source.product) && fits(known.category, source.category) &&
           fits(known.service, source.service);
  });
}

}  // namespace trailwatch::rules
