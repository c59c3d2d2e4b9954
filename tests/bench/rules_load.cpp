// Measures the rules alone:
//
//   rules_load EVENTS.jsonl PROFILE.json RULES...
//
// RULES are directories and files (*.yml). Events are read through the profile in steps, and only the time inside the
// rules is measured, so that neither reading nor memory for all events enters the figures. The file must be in the
// order of time.
#include <dirent.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "trailwatch/normalise/profile.h"
#include "trailwatch/normalise/reader.h"
#include "trailwatch/rules/stream.h"

namespace {

using namespace trailwatch;

constexpr std::size_t kChunkBytes = 4 << 20;

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

bool is_rule_file(const std::string& name) {
  return name.size() > 4 && name.substr(name.size() - 4) == ".yml";
}

void add_rules(const std::string& path, std::vector<rules::RuleFile>& out) {
  DIR* directory = opendir(path.c_str());
  if (directory == nullptr) {
    out.push_back({path, read_file(path)});
    return;
  }
  while (const dirent* entry = readdir(directory)) {
    const std::string name = entry->d_name;
    if (is_rule_file(name)) out.push_back({name, read_file(path + "/" + name)});
  }
  closedir(directory);
}

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

// Keeps the events of one step; the next step writes over them.
class Step : public normalise::RecordSink {
 public:
  void accepted(const model::QueryEvent& event, const model::RecordKey&) override {
    if (count_ == events_.size()) events_.emplace_back();
    events_[count_++] = event;
  }
  void rejected(const model::Rejected& record) override { std::printf("rejected: %s\n", record.reason.c_str()); }

  double evaluate(rules::Stream& stream, model::EventId& id) {
    std::sort(events_.begin(), events_.begin() + static_cast<std::ptrdiff_t>(count_), [](const auto& a, const auto& b) {
      return std::pair(a.time, a.origin.offset) < std::pair(b.time, b.origin.offset);
    });
    const double begin = cpu_seconds();
    for (std::size_t i = 0; i < count_; ++i) stream.take(++id, events_[i]);
    count_ = 0;
    return cpu_seconds() - begin;
  }

 private:
  std::vector<model::QueryEvent> events_;
  std::size_t count_ = 0;
};

struct Hits {
  std::int64_t completing = 0;
  std::set<std::pair<model::Key, std::string>> groups;
};

void print(const rules::RuleSet& rules, const std::vector<model::Finding>& findings) {
  std::map<std::string, Hits> hits;
  for (const model::Finding& finding : findings) {
    Hits& of_rule = hits[finding.rule];
    of_rule.completing += finding.count;
    of_rule.groups.insert({finding.key, finding.group});
  }
  for (const rules::RuleInfo& info : rules.rules()) {
    if (!info.alerts) continue;
    const Hits& of_rule = hits[info.name];
    std::printf("%-60s %8lld completing %8zu groups\n", info.title.c_str(), static_cast<long long>(of_rule.completing),
                of_rule.groups.size());
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) {
    std::fprintf(stderr, "usage: rules_load ZONE EVENTS PROFILE.json RULES...\n");
    return 2;
  }
  const auto profile = normalise::Profile::parse(read_file(argv[3]), "load");
  if (profile.index() != 0) {
    for (const Error& error : std::get<1>(profile)) std::fprintf(stderr, "%s\n", error.text().c_str());
    return 1;
  }
  std::vector<rules::RuleFile> files;
  for (int i = 4; i < argc; ++i) add_rules(argv[i], files);
  const auto outcome = rules::RuleSet::parse(files);
  for (const rules::Problem& problem : outcome.problems) {
    if (problem.is_error) std::fprintf(stderr, "%s\n", problem.text().c_str());
  }
  if (!outcome.ok()) return 1;

  registry::Options options;
  const auto zone = Zone::find(argv[1]);
  if (!zone) {
    std::fprintf(stderr, "%s\n", zone.error().text().c_str());
    return 1;
  }
  options.zone = *zone;
  const rules::Engine engine(outcome.rules, registry::Snapshot::build({}, options));
  rules::Stream stream(engine);
  Step step;
  normalise::Reader reader(std::get<0>(profile), {"load", "load", 0, 0}, {}, step);
  std::ifstream in(argv[2], std::ios::binary);
  std::string buffer;
  double seconds = 0;
  model::EventId events = 0;
  for (bool at_end = false; !at_end;) {
    const std::size_t kept = buffer.size();
    buffer.resize(kept + kChunkBytes);
    in.read(buffer.data() + kept, static_cast<std::streamsize>(kChunkBytes));
    buffer.resize(kept + static_cast<std::size_t>(in.gcount()));
    at_end = !in;
    buffer.erase(0, reader.feed(buffer, at_end));
    seconds += step.evaluate(stream, events);
  }
  const double begin = cpu_seconds();
  const auto findings = stream.finish();
  seconds += cpu_seconds() - begin;
  print(outcome.rules, findings);
  std::printf("%lld events, %.2f CPU s in the rules, %.0f events a CPU second, %zu findings, peak %.0f MiB\n",
              static_cast<long long>(events), seconds, static_cast<double>(events) / seconds, findings.size(),
              peak_mib());
  for (const rules::Uncounted& rule : stream.uncounted()) {
    std::printf("not counted by %s: %lld\n", rule.rule.c_str(), static_cast<long long>(rule.events));
  }
  return 0;
}
