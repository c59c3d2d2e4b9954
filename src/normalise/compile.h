#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "normalise/document.h"
#include "normalise/profile_impl.h"

namespace trailwatch::normalise {

// Hands out slots to the columns that a profile names.
class Columns {
 public:
  explicit Columns(Profile::Impl& profile) : profile_(profile) {}
  Slot slot(std::string_view name);

 private:
  Profile::Impl& profile_;
};

// What a value is to become, which decides how it is cleaned unless the profile says it, and which words it may hold.
enum class ValueUse : std::uint8_t { text, id, name, lookup_by, subject_kind, rows };

// Each of these reads one part of a profile into `out` and tells what is wrong with it.

// The members of `node` that describe a value: column, columns, join, separator, whole, const, map, otherwise,
// normalise, default.
Value compile_value(Node& node, ValueUse use, Columns& columns, Problems& problems);
void compile_fields(Node& root, Columns& columns, Problems& problems, Profile::Impl& out);
void compile_key(Node& root, Columns& columns, Problems& problems, Profile::Impl& out);
std::unique_ptr<re2::RE2> compile_pattern(const std::string& pattern, const std::string& path, Problems& problems);

}  // namespace trailwatch::normalise
