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

// Why a reference or rule file is not used as it lies on the disk.
struct FileFault {
  std::string file;
  std::int64_t line = 0;
  std::string message;
  std::string hint;
  bool kept = false;  // an earlier version of it stays in force
  // `staff.csv 第 1 列：缺少欄位「officer」（請檢查第一列的欄位名稱）；沿用前一版`
  std::string text() const;
  bool operator==(const FileFault&) const = default;
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
  std::vector<store::InForce> files;  // that rules and registry were made of, by kind and name
  std::vector<FileFault> faults;

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

// The same for commands on a store that has been evaluated: reference and rule files are only read. What of them is
// used is found out with the store (`open_in_force`, `Station::refresh`).
Result<Workplace> load_for_store(const Machine& machine, const std::string& config_path);

// The reference and rule files as they lie on the disk, by kind and name; absent ones are left out.
Result<std::vector<store::InForce>> read_judgement_files(const ReadFiles& files, const config::Config& config);
// Which of them can be used. A reference file that is nonsense as a whole, and rules of which one has an error, are
// replaced by what was in force before, if anything was. Fails when there are no rules to use at all. What is wrong
// with single rows and rules goes to the log.
struct Judgement {
  std::vector<store::InForce> files;
  rules::RuleSet rules;
  registry::Snapshot registry;
  std::vector<FileFault> faults;
};
Result<Judgement> choose_files(Log& log, const config::Config& config, const Zone& zone,
                               const std::vector<store::InForce>& disk, const std::vector<store::InForce>& in_force);
// Snapshot of the reference files among these.
registry::Snapshot make_registry(const std::vector<store::InForce>& files, const config::Config& config,
                                 const Zone& zone);

// Reads and compiles them; every problem goes to the log.
Result<rules::RuleSet> load_rules(const Machine& machine, const std::vector<std::string>& directories);
// Reads the rule files of these directories, in order of their names. A file takes the place of one of the same name in
// an earlier directory; an empty one takes it away.
Result<std::vector<rules::RuleFile>> read_rule_files(const ReadFiles& files,
                                                     const std::vector<std::string>& directories);
Result<registry::Snapshot> load_registry(const Machine& machine, const config::Config& config, const Zone& zone);
// From the last of the directories that has it.
Result<normalise::Profile> load_profile(const Machine& machine, const std::vector<std::string>& directories,
                                        const std::string& name);

// For commands that write: makes the state directory and, the first time, the master key.
Result<std::unique_ptr<store::Writer>> open_writer(const Machine& machine, const Workplace& workplace);
Result<std::unique_ptr<store::Reader>> open_reader(const Machine& machine, const Workplace& workplace);
// The same for a workplace of `load_for_store`: what the store was evaluated with takes the place of files that can't
// be used.
Result<std::unique_ptr<store::Reader>> open_in_force(const Machine& machine, Workplace& workplace);

}  // namespace trailwatch::app
