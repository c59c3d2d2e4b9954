#include "trailwatch/config/config.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "config/delivery.h"
#include "config/json_places.h"
#include "config/listen.h"
#include "config/personal.h"
#include "config/section.h"
#include "trailwatch/base/files.h"
#include "trailwatch/base/text.h"
#include "trailwatch/base/time.h"

namespace trailwatch::config {

namespace {

using nlohmann::json;

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
  // From wide to narrow, so that what a narrow one leaves out is there already.
  std::vector<std::string> names;
  for (const auto& [name, quota] : value->items()) names.push_back(name);
  const auto breadth = [](const std::string& name) {
    return name == "default" ? -1 : std::count(name.begin(), name.end(), '/');
  };
  std::sort(names.begin(), names.end(), [&](const std::string& a, const std::string& b) {
    return breadth(a) != breadth(b) ? breadth(a) < breadth(b) : a < b;
  });
  for (const std::string& name : names) {
    Section section((*value)[name], "sampling." + name, problems);
    if (breadth(name) == 1 || breadth(name) > 2) {
      section.complain("", "is neither \"default\" nor a system nor a system's unit",
                       "\"police\" or \"police/範例縣警察局/東門分局\"");
    }
    Sampling& sampling = out.sampling[name];
    for (const std::string& wider : {std::string("default"), name.substr(0, name.find('/'))}) {
      const auto found = out.sampling.find(wider);
      if (wider != name && found != out.sampling.end()) sampling = found->second;
    }
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

void read_cutoff(const json* value, Config& out, std::vector<Problem>& problems) {
  if (value == nullptr) return;
  Section section(*value, "sampling_cutoff", problems);
  std::int64_t day = out.sampling_cutoff_day;
  section.number("day", day, 1, 28);
  out.sampling_cutoff_day = static_cast<int>(day);
  if (const json* time = section.find("time")) {
    if (const auto minute = section.minute_of_day("time", *time)) out.sampling_cutoff_minute = *minute;
  }
  section.finish();
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
    const json* const listen = section.find("listen");
    if (listen != nullptr) read_listen(*listen, path + ".listen", directory, source.listen, problems);
    if (listen == nullptr || (*value)[i].contains("directory")) {
      section.required_path("directory", source.directory, directory);
    }
    source.files = "*";
    section.text("files", source.files);
    section.finish();
    if (!source.name.empty() && !names.insert(source.name).second) {
      section.complain("name", "\"" + source.name + "\" is used twice", "");
    }
    out.sources.push_back(std::move(source));
  }
  check_shared_sockets(out.sources, problems);
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
      section.complain("log_keys", "must be a list of public keys or files with them",
                       "`trailwatch signer --show-key` prints one");
    } else {
      evidence.log_keys = keys->get<std::vector<std::string>>();
      for (std::string& key : evidence.log_keys) {
        // A key is NAME+ID+BASE64, a name of a log holds no plus sign.
        if (key.find('+') == std::string::npos) key = clean_path(join_path(directory, key));
      }
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

void read_metrics(const json* value, std::string_view directory, Config& out, std::vector<Problem>& problems) {
  if (value == nullptr) return;
  Section section(*value, "metrics", problems);
  section.text("listen", out.metrics_listen);
  section.finish();
  if (out.metrics_listen.empty()) return;
  if (out.metrics_listen.find(':') == std::string::npos) {
    out.metrics_listen = clean_path(join_path(directory, out.metrics_listen));
    return;
  }
  const std::string_view text = out.metrics_listen;
  const std::size_t colon = text.rfind(':');
  const std::string_view host = text.substr(0, colon), port = text.substr(colon + 1);
  const bool is_port = !port.empty() && port.size() <= 5 &&
                       std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
                       std::stoi(std::string(port)) <= 65'535;
  if (!is_port || (host != "127.0.0.1" && host != "[::1]")) {
    section.complain("listen", "must be a port of this machine or the path of a socket",
                     "\"127.0.0.1:9464\"; whoever sits elsewhere asks through a proxy that knows who he is");
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
  root.texts("incident", out.incident);
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
  read_key_file(root, "key_file", directory, clean_path(join_path(out.state_dir, "keys/master.key")), out.key_file);
  read_key_files(root, "other_key_files", directory, out.other_key_files);
  root.paths("profiles_dir", out.profiles_dirs, directory, join_path(directory, "profiles"));
  root.paths("rules_dir", out.rules_dirs, directory, join_path(directory, "rules"));
  root.path("words_file", out.words_file, directory, join_path(directory, "words.json"));
  root.path("reference_dir", out.reference_dir, directory, "");
  root.path("report_dir", out.report_dir, directory, join_path(out.state_dir, "reports"));
  if (const json* at = root.find("report_at")) {
    if (const auto minute = root.minute_of_day("report_at", *at)) out.report_at_minute = *minute;
  }
  root.number("budget", out.budget, 1, 10'000);
  root.share("random_share", out.random_share);
  root.score("threshold", out.threshold);
  // Who lowers the threshold to where the other one stands has not made a mistake yet.
  const bool gives_watched = root.find("threshold_watched") != nullptr;
  root.score("threshold_watched", out.threshold_watched);
  if (!gives_watched) out.threshold_watched = std::min(out.threshold_watched, out.threshold);
  if (out.threshold_watched > out.threshold) {
    root.complain("threshold_watched", "is higher than \"threshold\"", "a watched officer is listed sooner, not later");
  }
  read_hours(root, root.find("hours"), out, problems);
  read_sampling(root.find("sampling"), out, problems);
  read_cutoff(root.find("sampling_cutoff"), out, problems);
  read_sources(root.find("sources"), directory, out, problems);
  read_evidence(root.find("evidence"), directory, out, problems);
  read_delivery(root.find("delivery"), directory, out.delivery, problems);
  read_metrics(root.find("metrics"), directory, out, problems);
  read_retention(root.find("retention"), out.retention, problems);
  read_unmask(root.find("unmask"), out.unmask, problems);
  root.number("records_per_batch", out.records_per_batch, 1, 1'000'000);
  root.number("poll_ms", out.poll_ms, 10, 3'600'000);
  root.number("settle_ms", out.settle_ms, 0, 3'600'000);
  root.number("reload_ms", out.reload_ms, 10, 86'400'000);
  root.number("reevaluate_days", out.reevaluate_days, 0, 36'600);
  root.finish();
  read_places(text, problems);
  if (!problems.empty()) return problems;
  return out;
}

}  // namespace trailwatch::config
