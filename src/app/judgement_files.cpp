#include "app/judgement_files.h"

#include <algorithm>
#include <utility>

#include "trailwatch/base/text.h"

namespace trailwatch::app {

namespace {

using store::InForce;
using Texts = registry::ReferenceTexts;

constexpr std::size_t kReferenceBytesMax = 256U << 20U;

constexpr std::pair<const char*, std::optional<std::string> Texts::*> kReferenceFiles[] = {
    {"calendar.csv", &Texts::calendar},   {"cases.csv", &Texts::cases},
    {"leave.csv", &Texts::leave},         {"protected.csv", &Texts::protected_subjects},
    {"reasons.csv", &Texts::reasons},     {"shifts.csv", &Texts::shifts},
    {"staff.csv", &Texts::staff},         {"terminals.csv", &Texts::terminals},
    {"watchlist.csv", &Texts::watchlist},
};

const InForce* find(const std::vector<InForce>& files, InForce::Kind kind, const std::string& name) {
  const auto found = std::find_if(files.begin(), files.end(),
                                  [&](const InForce& file) { return file.kind == kind && file.name == name; });
  return found == files.end() ? nullptr : &*found;
}

std::vector<InForce> of_kind(const std::vector<InForce>& files, InForce::Kind kind) {
  std::vector<InForce> out;
  std::copy_if(files.begin(), files.end(), std::back_inserter(out),
               [&](const InForce& file) { return file.kind == kind; });
  return out;
}

rules::RuleSet::Outcome parse_rules(const std::vector<InForce>& files) {
  std::vector<rules::RuleFile> texts;
  for (const InForce& file : files) {
    if (file.kind == InForce::Kind::rule) texts.push_back({file.name, file.text});
  }
  return rules::RuleSet::parse(texts);
}

void log_rule_problems(Log& log, const std::vector<rules::Problem>& problems) {
  for (const rules::Problem& problem : problems) {
    log.write(problem.is_error ? Log::Level::error : Log::Level::warning, for_log(problem.text()));
  }
}

// Files that are nonsense as a whole are replaced by those in force.
void choose_reference(Log& log, const config::Config& config, const Zone& zone, const std::vector<InForce>& disk,
                      const std::vector<InForce>& in_force, Judgement& out) {
  std::vector<InForce> files = of_kind(disk, InForce::Kind::reference);
  out.registry = make_registry(files, config, zone);
  log_problems(log, out.registry);
  bool is_replaced = false;
  for (const registry::Problem& problem : out.registry.problems()) {
    if (!problem.whole_file) continue;
    const InForce* known = find(in_force, InForce::Kind::reference, problem.file);
    out.faults.push_back({problem.file, problem.line, problem.message, problem.hint, known != nullptr});
    if (known == nullptr) continue;
    for (InForce& file : files) {
      if (file.name == problem.file) file.text = known->text;
    }
    is_replaced = true;
  }
  if (is_replaced) out.registry = make_registry(files, config, zone);
  out.files = std::move(files);
}

}  // namespace

std::string FileFault::text() const {
  std::string out = for_display(file) + " 第 " + std::to_string(line) + " 列：" + for_display(message);
  if (!hint.empty()) out += "（" + for_display(hint) + "）";
  return out + (kept ? "；沿用前一版" : "；未採用");
}

void log_problems(Log& log, const registry::Snapshot& snapshot) {
  for (const registry::Problem& problem : snapshot.problems()) {
    std::string text = problem.file + ":" + std::to_string(problem.line) + ": " + for_log(problem.message);
    if (!problem.hint.empty()) text += "；" + for_log(problem.hint);
    log.warning(text);
  }
}

registry::Snapshot make_registry(const std::vector<InForce>& files, const config::Config& config, const Zone& zone) {
  Texts texts;
  for (const auto& [name, text] : kReferenceFiles) {
    if (const InForce* file = find(files, InForce::Kind::reference, name)) texts.*text = file->text;
  }
  registry::Options options;
  options.zone = zone;
  options.hours = {config.hours.from_minute, config.hours.until_minute};
  for (const auto& [unit, hours] : config.unit_hours)
    options.unit_hours[unit] = {hours.from_minute, hours.until_minute};
  return registry::Snapshot::build(texts, std::move(options));
}

Result<std::vector<InForce>> read_reference_files(const ReadFiles& files, const config::Config& config) {
  std::vector<InForce> out;
  for (const auto& [name, text] : kReferenceFiles) {
    if (config.reference_dir.empty()) break;
    Result<std::string> read = files.read(join_path(config.reference_dir, name), kReferenceBytesMax);
    if (read) {
      out.push_back({InForce::Kind::reference, name, *std::move(read)});
    } else if (read.error().code != Errc::not_found) {
      return std::move(read).error();
    }
  }
  return out;
}

Result<std::vector<InForce>> read_judgement_files(const ReadFiles& files, const config::Config& config) {
  Result<std::vector<InForce>> out = read_reference_files(files, config);
  if (!out) return out;
  Result<std::vector<rules::RuleFile>> rules = read_rule_files(files, config.rules_dirs);
  if (!rules) return std::move(rules).error();
  for (rules::RuleFile& rule : *rules)
    out->push_back({InForce::Kind::rule, std::move(rule.name), std::move(rule.text)});
  return out;
}

Result<Judgement> choose_files(Log& log, const config::Config& config, const Zone& zone,
                               const std::vector<InForce>& disk, const std::vector<InForce>& in_force) {
  Judgement out;
  choose_reference(log, config, zone, disk, in_force, out);
  std::vector<InForce> rule_files = of_kind(disk, InForce::Kind::rule);
  rules::RuleSet::Outcome outcome = parse_rules(rule_files);
  log_rule_problems(log, outcome.problems);
  if (!outcome.ok()) {
    const std::vector<rules::Problem> problems = std::move(outcome.problems);
    rule_files = of_kind(in_force, InForce::Kind::rule);
    outcome = parse_rules(rule_files);
    if (rule_files.empty() || !outcome.ok()) {
      return Error{Errc::invalid,
                   "the rules have errors",
                   "they are listed above; `trailwatch rules check` lists them again",
                   {joined(config.rules_dirs, ", ")}};
    }
    for (const rules::Problem& problem : problems) {
      if (problem.is_error) out.faults.push_back({problem.file, problem.line, problem.message, problem.hint, true});
    }
  }
  out.files.insert(out.files.end(), rule_files.begin(), rule_files.end());
  out.rules = std::move(outcome.rules);
  return out;
}

Result<std::unique_ptr<store::Reader>> open_in_force(const Machine& machine, Workplace& workplace) {
  auto reader = open_reader(machine, workplace);
  if (!reader) return reader;
  Result<std::vector<InForce>> in_force = (*reader)->in_force();
  if (!in_force) return std::move(in_force).error();
  Result<Judgement> chosen = choose_files(machine.log, workplace.config, workplace.zone, workplace.files, *in_force);
  if (!chosen) return std::move(chosen).error();
  workplace.files = std::move(chosen->files);
  workplace.rules = std::move(chosen->rules);
  workplace.registry = std::move(chosen->registry);
  workplace.faults = std::move(chosen->faults);
  return reader;
}

}  // namespace trailwatch::app
