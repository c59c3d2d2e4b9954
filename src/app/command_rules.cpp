#include <cstdio>
#include <iterator>
#include <optional>

#include "app/commands.h"
#include "trailwatch/base/text.h"
#include "trailwatch/rules/engine.h"
#include "trailwatch/rules/self_test.h"

namespace trailwatch::app {

namespace {

Result<rules::RuleSet::Outcome> parse_directory(const Machine& machine, const std::string& directory) {
  Result<std::vector<rules::RuleFile>> files = read_rule_files(machine.files, directory);
  if (!files) return std::move(files).error();
  if (files->empty()) return Error{Errc::not_found, "no rule files (*.yml) here", "", {directory}};
  return rules::RuleSet::parse(*files);
}

// Of any source.
std::vector<std::string> delivered_fields(const Workplace& workplace) {
  std::vector<std::string> out;
  for (const auto& [name, profile] : workplace.profiles) {
    for (std::string& field : profile.fields()) out.push_back(std::move(field));
  }
  return out;
}

void add(std::vector<rules::Problem>& problems, std::vector<rules::Problem> more) {
  problems.insert(problems.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

int rules_list(const Machine& machine, const std::string& config) {
  Result<Workplace> workplace = load_workplace(machine, config);
  if (!workplace) return fail(machine, workplace.error());
  const rules::Engine engine(workplace->rules, workplace->registry);
  for (const rules::RuleInfo& rule : workplace->rules.rules()) {
    if (!rule.alerts) continue;
    std::printf("%-20s %-8s %s\n%20s          %s\n", rule.name.c_str(), std::string(model::to_text(rule.level)).c_str(),
                rule.title.c_str(), "", rule.guide.c_str());
  }
  for (const std::string& missing : engine.not_evaluable()) std::printf("未評估：%s\n", missing.c_str());
  return kExitOk;
}

int rules_check(const Machine& machine, const std::string& directory, const std::string& config) {
  std::optional<Workplace> workplace;
  if (!config.empty()) {
    Result<Workplace> loaded = load_surroundings(machine, config);
    if (!loaded) return fail(machine, loaded.error());
    workplace = *std::move(loaded);
  }
  Result<rules::RuleSet::Outcome> outcome =
      parse_directory(machine, directory.empty() && workplace ? workplace->config.rules_dir : directory);
  if (!outcome) return fail(machine, outcome.error());
  if (workplace) {
    add(outcome->problems, rules::undelivered_fields(outcome->rules, delivered_fields(*workplace)));
    add(outcome->problems, rules::Engine(outcome->rules, workplace->registry).skipped_rules());
  }
  int errors = 0;
  for (const rules::Problem& problem : outcome->problems) {
    std::printf("%s\n", problem.text().c_str());
    errors += problem.is_error ? 1 : 0;
  }
  std::printf("%zu rules, %d errors, %zu warnings\n", outcome->rules.rules().size(), errors,
              outcome->problems.size() - static_cast<std::size_t>(errors));
  return errors == 0 ? kExitOk : kExitDataError;
}

int rules_test(const Machine& machine, const std::string& directory) {
  Result<rules::RuleSet::Outcome> outcome = parse_directory(machine, directory);
  if (!outcome) return fail(machine, outcome.error());
  if (!outcome->ok()) return rules_check(machine, directory, "");
  int failed = 0;
  const std::vector<rules::SelfTestResult> results = rules::run_self_tests(outcome->rules);
  for (const rules::SelfTestResult& result : results) {
    std::printf("%s %s: %s%s%s\n", result.passed ? "ok  " : "FAIL", result.rule.c_str(), result.test.c_str(),
                result.message.empty() ? "" : ": ", result.message.c_str());
    failed += result.passed ? 0 : 1;
  }
  std::printf("%zu tests, %d failed\n", results.size(), failed);
  return failed == 0 ? kExitOk : kExitDataError;
}

}  // namespace trailwatch::app
