#include <dirent.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "rules/read.h"
#include "rules/test_case.h"
#include "rules/yaml.h"
#include "trailwatch/rules/self_test.h"
#include "trailwatch/rules/stream.h"

// Runs tests/conformance, whose form is described in its README.md.
namespace trailwatch::rules {
namespace {

const std::string kDirectory = std::string(TW_SOURCE_DIR) + "/tests/conformance";

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> case_files() {
  std::vector<std::string> out;
  DIR* open = opendir(kDirectory.c_str());
  while (open != nullptr) {
    const dirent* entry = readdir(open);
    if (entry == nullptr) break;
    const std::string name = entry->d_name;
    if (name.size() > 4 && name.substr(name.size() - 4) == ".yml") out.push_back(name);
  }
  if (open != nullptr) closedir(open);
  std::sort(out.begin(), out.end());
  return out;
}

// What a file says for all of its cases, or a case for itself.
struct Setting {
  std::string rules;
  Zone zone = Zone::find("Asia/Taipei").value();
  registry::ReferenceTexts reference;
  model::QueryEvent defaults;
};

void read_setting(MapReader& reader, Setting& out, Problems& problems) {
  if (const auto zone = reader.text("zone")) out.zone = Zone::find(*zone).value();
  if (const Yaml* rules = reader.any("rules")) out.rules = rules->text;
  if (const Yaml* map = reader.any("reference")) read_reference(*map, out.reference, problems);
  if (const Yaml* map = reader.any("defaults")) read_event(*map, out.zone, out.defaults, problems);
}

// `r`, an event rule with this detection.
std::string rule_with(const std::string& detection) {
  std::string indented;
  std::istringstream lines(detection);
  for (std::string line; std::getline(lines, line);) indented += "  " + line + "\n";
  return "title: r\nid: 00000000-0000-4000-8000-000000000001\nname: r\nlogsource: {product: trailwatch}\ndetection:\n" +
         indented;
}

class Runner {
 public:
  int cases = 0;

  void run(const std::string& file) {
    std::vector<Problem> all;
    Problems problems(file, all);
    const auto documents = read_yaml(read_file(kDirectory + "/" + file), problems);
    ASSERT_EQ(documents.size(), 1U) << file;
    MapReader reader(documents[0], "file", problems);
    reader.text("about");
    Setting setting;
    read_setting(reader, setting, problems);
    for (const Yaml& item : reader.list("cases")) run_case(item, setting, problems);
    if (reader.any("self-tests") != nullptr) run_self_tests_of(setting);
    reader.finish();
    for (const Problem& problem : all) ADD_FAILURE() << problem.text();
  }

 private:
  void run_case(const Yaml& item, Setting setting, Problems& problems) {
    ++cases;
    MapReader reader(item, "case", problems);
    const std::string name = problems.file() + ": " + reader.text("name").value_or("?");
    read_setting(reader, setting, problems);
    if (const Yaml* detection = reader.any("detection"))
      setting.rules = rule_with(detection->text) + "---\n" + setting.rules;
    const auto outcome = RuleSet::parse({{"r.yml", setting.rules}});
    if (const auto refused = reader.text("refused")) {
      std::string all;
      for (const Problem& problem : outcome.problems) all += problem.text() + "\n";
      EXPECT_FALSE(outcome.ok()) << name;
      EXPECT_NE(all.find(*refused), std::string::npos) << name << "\n" << all;
      return reader.finish();
    }
    for (const Problem& problem : outcome.problems) {
      if (problem.is_error) ADD_FAILURE() << name << ": " << problem.text();
    }
    const Engine engine(outcome.rules, registry::Snapshot::build(setting.reference, options_of(setting)));
    for (const char* key : {"yes", "no"}) {
      for (const Yaml& map : reader.list(key)) {
        model::QueryEvent event = setting.defaults;
        read_event(map, setting.zone, event, problems);
        std::vector<RuleIndex> satisfied;
        engine.match(event, satisfied);
        const auto rule = engine.rules().find("r");
        const bool is = rule && std::find(satisfied.begin(), satisfied.end(), *rule) != satisfied.end();
        EXPECT_EQ(is, std::string(key) == "yes") << name << ", line " << map.place.line;
      }
    }
    if (reader.has("expect")) run_stream(reader, engine, setting, name, problems);
    reader.finish();
  }

  static registry::Options options_of(const Setting& setting) {
    registry::Options options;
    options.zone = setting.zone;
    return options;
  }

  void run_stream(MapReader& reader, const Engine& engine, const Setting& setting, const std::string& name,
                  Problems& problems) {
    std::map<model::EventId, model::QueryEvent> events;
    model::EventId id = 0;
    for (const Yaml& item : reader.list("events")) {
      Yaml map = item;
      std::optional<model::EventId> again;
      for (std::size_t i = 0; i < map.pairs(); ++i) {
        if (map.key(i).text != "again") continue;
        again = std::stoll(map.value(i).text);
        map.items.erase(map.items.begin() + static_cast<std::ptrdiff_t>(2 * i),
                        map.items.begin() + static_cast<std::ptrdiff_t>(2 * i + 2));
        break;
      }
      model::QueryEvent event = setting.defaults;
      std::int64_t repeat = read_event(map, setting.zone, event, problems);
      if (again) {
        // The same record, delivered once more.
        EXPECT_EQ(events.at(*again).time, event.time) << name;
        continue;
      }
      for (; repeat > 0; --repeat) {
        events[++id] = event;
        event.time.micros += kMicrosPerSecond;
      }
    }
    std::vector<std::pair<Instant, model::EventId>> order;
    for (const auto& [number, event] : events) order.emplace_back(event.time, number);
    std::sort(order.begin(), order.end());
    Stream stream(engine);
    for (const auto& [time, number] : order) stream.take(number, events.at(number));
    compare(reader, stream.finish(), name, problems);
    std::string uncounted;
    for (const Uncounted& rule : stream.uncounted()) uncounted += rule.rule + " " + std::to_string(rule.events) + "\n";
    std::string expected;
    if (const Yaml* map = reader.any("uncounted")) {
      for (std::size_t i = 0; i < map->pairs(); ++i) expected += map->key(i).text + " " + map->value(i).text + "\n";
      EXPECT_EQ(uncounted, expected) << name;
    }
  }

  static void compare(MapReader& reader, const std::vector<model::Finding>& findings, const std::string& name,
                      Problems& problems) {
    std::vector<std::string> expected, got;
    for (const Yaml& item : reader.list("expect")) {
      MapReader entry(item, "expect", problems);
      std::string line = entry.text("rule").value_or("") + " " + entry.text("about").value_or("officer") + " " +
                         entry.text("of").value_or("") + " " + entry.text("day").value_or("") + " completing " +
                         std::to_string(entry.integer("completing", 1, 1'000'000).value_or(0)) + " events";
      for (const std::string& event : entry.texts("events")) line += " " + event;
      entry.finish();
      expected.push_back(line);
    }
    std::set<std::string> groups;
    for (const model::Finding& f : findings) {
      std::string line = f.rule + " " + std::string(model::to_text(f.key.about)) + " " + f.key.name + " " +
                         format_day(f.day) + " completing " + std::to_string(f.count) + " events";
      for (const model::EventId event : f.events) line += " " + std::to_string(event);
      got.push_back(line);
      const std::string group = f.rule + format_day(f.day) + f.key.agency + "/" + f.key.name + f.group;
      EXPECT_TRUE(groups.insert(group).second) << name << ": two findings with one key and group";
    }
    std::sort(expected.begin(), expected.end());
    std::sort(got.begin(), got.end());
    EXPECT_EQ(got, expected) << name;
  }

  void run_self_tests_of(const Setting& setting) {
    const auto outcome = RuleSet::parse({{"r.yml", setting.rules}});
    for (const Problem& problem : outcome.problems) {
      if (problem.is_error) ADD_FAILURE() << problem.text();
    }
    for (const SelfTestResult& result : run_self_tests(outcome.rules)) {
      ++cases;
      EXPECT_TRUE(result.passed) << result.rule << ", " << result.test << ": " << result.message;
    }
  }
};

TEST(Conformance, AllCasesHoldAndNoneIsLost) {
  Runner runner;
  for (const std::string& file : case_files()) {
    const int before = runner.cases;
    runner.run(file);
    std::printf("%4d %s\n", runner.cases - before, file.c_str());
  }
  std::printf("%4d cases\n", runner.cases);
  EXPECT_GE(runner.cases, 150);
}

}  // namespace
}  // namespace trailwatch::rules
