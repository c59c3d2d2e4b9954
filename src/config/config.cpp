#include "trailwatch/config/config.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "config/json_places.h"
#include "trailwatch/base/files.h"
#include "trailwatch/base/text.h"
#include "trailwatch/base/time.h"

namespace trailwatch::config {

namespace {

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

void read_hours(Section& root, const json* value, Config& out, std::vector<Problem>& problems) {
  if (value == nullptr) return;
  Section section(*value, "hours", problems);
  if (const json* standard = section.find("default")) section.hours("default", *standard, out.hours);
  if (const json* units = section.find("units")) {
    if (!units->is_object()) return root.complain("hours.units", "must be an object", "");
    for (const auto& [name, hours] : units->items()) section.hours("units." + name, hours, out.unit_hours[name]);
  }
  section.finish();
}

void read_sampling(const json* value, Config& out, std::vector<Problem>& problems) {
  if (value == nullptr) return;
  if (!value->is_object()) {
    problems.push_back({"sampling", 0, "must be an object", ""});
    return;
  }
  for (const auto& [name, quota] : value->items()) {
    Section section(quota, "sampling." + name, problems);
    Sampling& sampling = out.sampling[name];
    section.share("ratio", sampling.ratio);
    section.number("floor", sampling.floor, 0, 1'000'000);
    std::int64_t ceiling = -1;
    section.number("ceiling", ceiling, 0, 1'000'000);
    if (ceiling >= 0) sampling.ceiling = ceiling;
    section.number("per_officer", sampling.per_officer, 0, 1'000);
    section.share("weighted_share", sampling.weighted_share);
    section.finish();
  }
}

void read_sources(const json* value, std::string_view directory, Config& out, std::vector<Problem>& problems) {
  if (value == nullptr) return;
  if (!value->is_array()) {
    problems.push_back({"sources", 0, "must be a list", ""});
    return;
  }
  std::set<std::string> names;
  for (std::size_t i = 0; i < value->size(); ++i) {
    const std::string path = "sources[" + std::to_string(i) + "]";
    Section section((*value)[i], path, problems);
    Source source;
    section.required_text("name", source.name);
    section.required_text("profile", source.profile);
    section.required_path("directory", source.directory, directory);
    source.files = "*";
    section.text("files", source.files);
    section.finish();
    if (!source.name.empty() && !names.insert(source.name).second) {
      section.complain("name", "\"" + source.name + "\" is used twice", "");
    }
    out.sources.push_back(std::move(source));
  }
}

void read_evidence(const json* value, std::string_view directory, Config& out, std::vector<Problem>& problems) {
  if (value == nullptr) return;
  Section section(*value, "evidence", problems);
  Evidence& evidence = out.evidence;
  section.text("origin", evidence.origin);
  section.text("signer", evidence.signer);
  if (const json* keys = section.find("log_keys")) {
    const bool is_list =
        keys->is_array() && std::all_of(keys->begin(), keys->end(), [](const json& key) { return key.is_string(); });
    if (!is_list) {
      section.complain("log_keys", "must be a list of public keys", "`trailwatch signer --show-key` prints one");
    } else {
      evidence.log_keys = keys->get<std::vector<std::string>>();
    }
  }
  section.finish();
  if (evidence.signer == "here" || evidence.signer == "none") return;
  evidence.signer = join_path(directory, evidence.signer);
  if (evidence.log_keys.empty()) {
    section.complain("log_keys", "are needed with a signer of its own, so that its signatures can be told",
                     "`trailwatch signer --show-key` prints it");
  }
}

using Document = std::variant<json, std::vector<Problem>>;

// What is not JSON is one problem; a key given twice would silently lose one of its values.
Document read_document(std::string_view text) {
  try {
    json document = json::parse(text, nullptr, true, true);
    return document;
  } catch (const json::parse_error& error) {
    const std::size_t before = std::min(error.byte == 0 ? 0 : error.byte - 1, text.size());
    const int line =
        1 + static_cast<int>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(before), '\n'));
    return std::vector<Problem>{
        {"", line, "is not JSON: " + for_display(error.what()), "a comma too many or too few, or a quote left open?"}};
  } catch (const json::exception& error) {  // a number beyond all bounds
    return std::vector<Problem>{{"", 0, "is not JSON: " + for_display(error.what()), ""}};
  }
}

// Adds what only the text shows: in which line each problem stands, and keys that are given twice. What is missing has
// the line of what it is missing from.
void read_places(std::string_view text, std::vector<Problem>& problems) {
  const JsonPlaces places = json_places(text);
  for (Problem& problem : problems) {
    for (std::string path = problem.path; !path.empty() && problem.line == 0;) {
      const auto found = places.lines.find(path);
      if (found != places.lines.end()) problem.line = found->second;
      const std::size_t cut = path.find_last_of(".[");
      path.resize(cut == std::string::npos ? 0 : cut);
    }
  }
  for (const auto& [path, line] : places.twice) problems.push_back({path, line, "is given twice", "keep one of them"});
}

}  // namespace

std::string Problem::text(std::string_view file) const {
  std::string out(file);
  if (line > 0) out += ":" + std::to_string(line);
  out += ": ";
  if (!path.empty()) out += path + ": ";
  out += message;
  if (!hint.empty()) out += ". " + hint;
  return out;
}

std::variant<Words, std::vector<Problem>> parse_words(std::string_view text) {
  Document document = read_document(text);
  if (auto* const bad = std::get_if<std::vector<Problem>>(&document)) return std::move(*bad);
  std::vector<Problem> problems;
  Words out;
  Section root(std::get<json>(document), "", problems);
  root.texts("systems", out.systems);
  root.texts("actions", out.actions);
  root.finish();
  read_places(text, problems);
  if (!problems.empty()) return problems;
  return out;
}

std::variant<Config, std::vector<Problem>> parse(std::string_view text, std::string_view directory) {
  Document document = read_document(text);
  if (auto* const bad = std::get_if<std::vector<Problem>>(&document)) return std::move(*bad);
  std::vector<Problem> problems;
  Config out;
  Section root(std::get<json>(document), "", problems);
  root.text("agency", out.agency);
  root.text("zone", out.zone);
  if (!Zone::find(out.zone))
    root.complain("zone", "no time zone \"" + out.zone + "\"", "use an IANA name such as Asia/Taipei");
  root.path("state_dir", out.state_dir, directory, out.state_dir);
  root.path("key_file", out.key_file, directory, join_path(out.state_dir, "keys/master.key"));
  root.path("profiles_dir", out.profiles_dir, directory, join_path(directory, "profiles"));
  root.path("rules_dir", out.rules_dir, directory, join_path(directory, "rules"));
  root.path("words_file", out.words_file, directory, join_path(directory, "words.json"));
  root.path("reference_dir", out.reference_dir, directory, "");
  root.path("report_dir", out.report_dir, directory, join_path(out.state_dir, "reports"));
  if (const json* at = root.find("report_at")) {
    if (const auto minute = root.minute_of_day("report_at", *at)) out.report_at_minute = *minute;
  }
  root.number("budget", out.budget, 1, 10'000);
  read_hours(root, root.find("hours"), out, problems);
  read_sampling(root.find("sampling"), out, problems);
  read_sources(root.find("sources"), directory, out, problems);
  read_evidence(root.find("evidence"), directory, out, problems);
  root.number("records_per_batch", out.records_per_batch, 1, 1'000'000);
  root.number("poll_ms", out.poll_ms, 10, 3'600'000);
  root.finish();
  read_places(text, problems);
  if (!problems.empty()) return problems;
  return out;
}

}  // namespace trailwatch::config
