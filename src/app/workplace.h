#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "trailwatch/base/clock.h"
#include "trailwatch/base/files.h"
#include "trailwatch/base/log.h"
#include "trailwatch/base/random.h"
#include "trailwatch/config/config.h"
#include "trailwatch/normalise/profile.h"
#include "trailwatch/registry/snapshot.h"
#include "trailwatch/rules/rule_set.h"
#include "trailwatch/store/reader.h"
#include "trailwatch/store/writer.h"

namespace trailwatch::app {

// What commands are given of the machine. Everything outlives the command.
struct Machine {
  Files& files;
  Clock& clock;
  Random& random;
  Log& log;
};

// The configuration with everything that it names, loaded and checked.
struct Workplace {
  std::string config_file;  // its path
  config::Config config;
  config::Words words;
  Zone zone = Zone::fixed(0);
  std::map<std::string, normalise::Profile> profiles;  // by name; those that sources use
  rules::RuleSet rules;
  registry::Snapshot registry;

  std::map<std::string, std::string> rule_titles() const;
  // `戶政` for `household`; the name itself when the configuration has no word for it.
  std::string system_title(std::string_view system) const;
  std::string action_title(std::string_view action) const;
};

// Reads the configuration file and all that it names. Every problem of every file goes to the log; the error then says
// how many.
Result<Workplace> load_workplace(const Machine& machine, const std::string& config_path);

// The same without the rules, for commands that read them from elsewhere or tell their problems themselves.
Result<Workplace> load_surroundings(const Machine& machine, const std::string& config_path);

// Reads and compiles them; every problem goes to the log.
Result<rules::RuleSet> load_rules(const Machine& machine, const std::string& directory);
// Reads the rule files of a directory, in order of their names.
Result<std::vector<rules::RuleFile>> read_rule_files(const ReadFiles& files, const std::string& directory);
Result<registry::Snapshot> load_registry(const Machine& machine, const config::Config& config, const Zone& zone);
Result<normalise::Profile> load_profile(const Machine& machine, const std::string& directory, const std::string& name);

// For commands that write: makes the state directory and, the first time, the master key.
Result<std::unique_ptr<store::Writer>> open_writer(const Machine& machine, const Workplace& workplace);
Result<std::unique_ptr<store::Reader>> open_reader(const Machine& machine, const Workplace& workplace);

}  // namespace trailwatch::app
