#include "trailwatch/normalise/profile.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "normalise/compile.h"
#include "trailwatch/base/text.h"

namespace trailwatch::normalise {

namespace {

using nlohmann::json;

void compile_head(Node& root, Problems& problems, Profile::Impl& out) {
  static const std::vector<std::string> formats = {"csv", "jsonl", "syslog"};
  static const std::vector<std::string> encodings = {"utf-8",    "cp950", "utf-16", "utf-16le",
                                                     "utf-16be", "big5",  "ms950"};
  if (const auto name = root.text("name"); name && *name != out.name) {
    problems.add("name", "\"" + *name + "\" is not the name of this profile", "it is named after its file");
  }
  out.title = root.text("title").value_or("");
  if (out.title.empty()) problems.add("title", "is missing", "name the source as people call it");
  if (const auto format = root.word("format", "format", formats)) {
    out.format = *format == "csv" ? Format::csv : *format == "jsonl" ? Format::jsonl : Format::syslog;
  }
  if (!root.has("format")) problems.add("format", "is missing", "use csv, jsonl or syslog");
  const auto encoding = root.word("encoding", "encoding", encodings);
  out.encoding = find_encoding(encoding.value_or("utf-8")).value_or(Encoding::utf8);
  out.complete = root.flag("complete").value_or(false);
}

void compile_trailer(const std::string& pattern, Problems& problems, Profile::Impl& out) {
  out.trailer = compile_pattern(pattern, "csv.trailer", problems);
  if (out.trailer == nullptr) return;
  if (out.trailer->NumberOfCapturingGroups() < 1) {
    problems.add("csv.trailer", "needs a group that holds the number of rows", "for example 總筆數,(\\d+)");
  }
  constexpr int kPrefixBytes = 16;
  if (!out.trailer->PossibleMatchRange(&out.trailer_least, &out.trailer_most, kPrefixBytes)) {
    out.trailer_least.clear();
    out.trailer_most = "\xFF\xFF\xFF\xFF";
  }
}

// Returns the columns that a header may lack.
std::vector<std::string> compile_csv(Node& root, Problems& problems, Profile::Impl& out) {
  const json* const csv = root.object("csv");
  if (csv == nullptr) return {};
  if (out.format != Format::csv) problems.add("csv", "stands in a profile whose format is not csv");
  Node node(*csv, "csv", problems);
  if (const auto separator = node.text("separator")) {
    const std::string one = *separator == "tab" ? "\t" : *separator;
    const bool usable = one.size() == 1 && one[0] > 0 && one[0] != '"' && one[0] != '\r' && one[0] != '\n';
    if (usable) {
      out.separator = one[0];
    } else {
      problems.add("csv.separator", "must be one ASCII character, not a quote or a line end", "or the word tab");
    }
  }
  if (const auto trailer = node.text("trailer")) compile_trailer(*trailer, problems, out);
  out.fixed_columns = node.texts("columns");
  return node.texts("optional");
}

void compile_time(Node& root, Columns& columns, Problems& problems, Profile::Impl& out) {
  if (const auto zone = root.text("input_zone")) {
    Result<Zone> found = Zone::find(*zone);
    if (found) {
      out.input_zone = *found;
    } else {
      problems.add("input_zone", found.error().message, found.error().hint);
    }
  }
  const json* const time = root.object("time");
  if (time == nullptr) {
    if (!root.has("time")) problems.add("time", "is missing", "say which columns hold the time, and its form");
    return;
  }
  Node node(*time, "time", problems);
  const auto column = node.text("column");
  const auto list = node.texts("columns");
  if (node.has("column") == node.has("columns")) problems.add("time", "needs exactly one of column and columns");
  if (node.has("columns") && list.empty()) problems.add("time.columns", "names no column");
  if (column) out.time_slots = {columns.slot(*column)};
  for (const std::string& name : list) out.time_slots.push_back(columns.slot(name));
  const auto form = node.text("form");
  if (!form) {
    if (!node.has("form"))
      problems.add("time.form", "is missing", "a pattern such as YYYMMDD hhmmss, or rfc3339, epoch-s, epoch-ms");
    return;
  }
  std::string problem;
  if (auto compiled = TimeForm::compile(*form, problem)) {
    out.time_form = std::move(*compiled);
  } else {
    problems.add("time.form", problem,
                 "parts: YYYY or YYY, MM, DD, hh, mm, ss, f, AP, [optional]; or rfc3339, epoch-s, epoch-ms");
    return;
  }
  if (!out.time_form.has_time_of_day()) problems.add("time.form", "has no hour: a day alone is no time");
  if (out.time_form.kind() != TimeForm::Kind::rfc3339 && !root.has("input_zone")) {
    problems.add("input_zone", "is missing: stamps of this form carry no offset",
                 "use an IANA name such as Asia/Taipei, or +08:00");
  }
}

void check_columns(const std::vector<std::string>& optional, Problems& problems, Profile::Impl& out) {
  out.optional.assign(out.columns.size(), false);
  for (const std::string& name : optional) {
    const auto found = std::find(out.columns.begin(), out.columns.end(), name);
    if (found == out.columns.end()) {
      problems.add_word("csv.optional", "column", name, out.columns);
    } else {
      out.optional[static_cast<std::size_t>(found - out.columns.begin())] = true;
    }
  }
  if (out.fixed_columns.empty()) return;
  for (Slot slot = 0; slot < out.columns.size(); ++slot) {
    const std::string& name = out.columns[slot];
    if (out.optional[slot] ||
        std::find(out.fixed_columns.begin(), out.fixed_columns.end(), name) != out.fixed_columns.end())
      continue;
    problems.add_word("csv.columns", "column", name, out.fixed_columns);
  }
}

}  // namespace

std::variant<Profile, std::vector<Error>> Profile::parse(std::string_view text, std::string_view name) {
  Problems problems(name);
  const std::optional<json> document = read_document(text, problems);
  if (!document) return problems.take();
  auto impl = std::make_shared<Impl>();
  impl->name = std::string(name);
  {
    // The node tells of unknown keys when it ends.
    Node root(*document, "", problems);
    Columns columns(*impl);
    compile_head(root, problems, *impl);
    const std::vector<std::string> optional = compile_csv(root, problems, *impl);
    compile_time(root, columns, problems, *impl);
    compile_fields(root, columns, problems, *impl);
    compile_key(root, columns, problems, *impl);
    check_columns(optional, problems, *impl);
  }
  if (!problems.empty()) return problems.take();
  Profile profile;
  profile.impl_ = std::move(impl);
  return profile;
}

const std::string& Profile::name() const {
  return impl_->name;
}
const std::string& Profile::title() const {
  return impl_->title;
}
bool Profile::complete_on_arrival() const {
  return impl_->complete;
}
bool Profile::declares_rows() const {
  return impl_->trailer != nullptr;
}
bool Profile::reads_single_records() const {
  return impl_->format != Format::csv || !impl_->fixed_columns.empty();
}
bool Profile::has_key() const {
  return !impl_->scope.empty() && impl_->number.has_value();
}
std::vector<std::string> Profile::fields() const {
  return impl_->filled;
}

}  // namespace trailwatch::normalise
