#include <algorithm>
#include <nlohmann/json.hpp>

#include "normalise/compile.h"

namespace trailwatch::normalise {

namespace {

using model::LookupBy;
using model::SubjectKind;
using nlohmann::json;

ValueUse use_of(Field field) {
  switch (field) {
    case Field::officer:
    case Field::approver:
    case Field::subject:
      return ValueUse::id;
    case Field::lookup_by:
      return ValueUse::lookup_by;
    case Field::subject_kind:
      return ValueUse::subject_kind;
    case Field::rows:
      return ValueUse::rows;
    default:
      return ValueUse::text;
  }
}

void compile_field(Field field, Node& node, Columns& columns, Problems& problems, Profile::Impl& out) {
  Value value = compile_value(node, use_of(field), columns, problems);
  switch (field) {
    case Field::lookup_by:
      out.lookup_by = std::move(value);
      break;
    case Field::subject_kind:
      out.subject_kind = std::move(value);
      break;
    case Field::rows:
      out.rows = std::move(value);
      break;
    default:
      out.text_fields.push_back({member(field), std::move(value)});
  }
}

// The list of ways to a subject; the first that gives something is taken.
void compile_subject(const json& list, Columns& columns, Problems& problems, Profile::Impl& out) {
  static const std::vector<std::string> kinds = {"person", "vehicle", "parcel"};
  static const std::vector<std::string> ways = {"id", "name", "plate", "address", "parcel"};
  for (std::size_t i = 0; i < list.size(); ++i) {
    Node node(list[i], "subject[" + std::to_string(i) + "]", problems);
    SubjectChoice choice;
    const auto kind = node.word("kind", "kind of subject", kinds);
    const auto by = node.word("by", "way to look up", ways);
    if (!node.has("kind")) problems.add(node.path("kind"), "is missing");
    if (!node.has("by")) problems.add(node.path("by"), "is missing");
    if (kind) choice.kind = model::find_subject_kind(*kind).value_or(SubjectKind::none);
    if (by) choice.by = model::find_lookup_by(*by).value_or(LookupBy::unknown);
    const bool is_text = choice.by == LookupBy::name || choice.by == LookupBy::address;
    choice.value = compile_value(node, is_text ? ValueUse::name : ValueUse::id, columns, problems);
    out.subject.push_back(std::move(choice));
  }
}

void compile_required(Node& root, Problems& problems, Profile::Impl& out) {
  const auto names = root.texts("required");
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string path = "required[" + std::to_string(i) + "]";
    if (names[i] == "time") continue;
    const auto field = find_field(names[i]);
    if (!field) {
      problems.add_word(path, "field", names[i], field_names());
    } else if (std::find(out.filled.begin(), out.filled.end(), names[i]) == out.filled.end()) {
      problems.add(path, "the profile does not fill \"" + names[i] + "\", so every record would be refused");
    } else {
      out.required.push_back(*field);
    }
  }
}

}  // namespace

void compile_fields(Node& root, Columns& columns, Problems& problems, Profile::Impl& out) {
  out.filled = {"time"};
  const json* const fields = root.object("fields");
  if (fields != nullptr) {
    for (const auto& [name, spec] : fields->items()) {
      const std::string path = "fields." + name;
      const auto field = find_field(name);
      if (!field) {
        problems.add_word(path, "field", name, field_names());
        continue;
      }
      Node node(spec, path, problems);
      compile_field(*field, node, columns, problems, out);
      out.filled.push_back(name);
    }
  }
  if (fields == nullptr || !fields->contains("system")) {
    problems.add("fields.system", "is missing", "say which register was read: {\"const\": \"household\"}");
  }
  if (const json* const subject = root.list("subject")) {
    if (fields != nullptr && fields->contains("subject")) {
      problems.add("subject", "stands beside \"fields.subject\"", "keep one of the two");
    }
    compile_subject(*subject, columns, problems, out);
    for (const char* name : {"subject", "subject_kind", "lookup_by"}) {
      if (std::find(out.filled.begin(), out.filled.end(), name) == out.filled.end()) out.filled.emplace_back(name);
    }
  }
  compile_required(root, problems, out);
}

}  // namespace trailwatch::normalise
