#include <array>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <map>
#include <optional>

#include "app/commands.h"
#include "app/listing.h"
#include "trailwatch/alert/sources.h"
#include "trailwatch/base/text.h"
#include "trailwatch/rules/engine.h"
#include "trailwatch/rules/self_test.h"

namespace trailwatch::app {

namespace {

Result<rules::RuleSet::Outcome> parse_directories(const Machine& machine, const std::vector<std::string>& directories) {
  Result<std::vector<rules::RuleFile>> files = read_rule_files(machine.files, directories);
  if (!files) return std::move(files).error();
  if (files->empty()) return Error{Errc::not_found, "no rule files (*.yml) here", "", {joined(directories, ", ")}};
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

// `移送 3、已查明 5、誤報 2；準確率 30%（11–60%），權重 ×1.02`
std::string precision_line(const alert::Verdicts& verdicts) {
  if (verdicts.all() == 0) return "尚無處理結果，權重 ×1.00";
  const alert::Share share = alert::precision(verdicts);
  const auto percent = [](double value) { return std::to_string(std::lround(value * 100)); };
  std::array<char, 16> weight{};
  std::snprintf(weight.data(), weight.size(), "%.2f", alert::weight(verdicts));
  return "移送 " + with_thousands(verdicts.confirmed) + "、已查明 " + with_thousands(verdicts.cleared) + "、誤報 " +
         with_thousands(verdicts.false_alarm) + "；準確率 " + percent(share.value) + "%（" + percent(share.lower) +
         "–" + percent(share.upper) + "%），權重 ×" + weight.data();
}

// How many suppressions of each rule hold today.
std::map<std::string, std::int64_t> running(const model::Ledger& ledger, LocalDay today) {
  std::map<std::string, std::int64_t> out;
  for (const model::Suppression& one : ledger.suppressions) out[one.rule] += one.holds_on(today) ? 1 : 0;
  return out;
}

// What was decided so far; nothing where there is no store yet.
Result<model::Ledger> ledger_of(const Machine& machine, const Workplace& workplace) {
  Result<std::unique_ptr<store::Reader>> reader = open_reader(machine, workplace);
  if (!reader && reader.error().code == Errc::not_found) return model::Ledger{};
  if (!reader) return std::move(reader).error();
  return (*reader)->ledger();
}

}  // namespace

int rules_list(const Machine& machine, const std::string& config) {
  Result<Workplace> workplace = load_workplace(machine, config);
  if (!workplace) return fail(machine, workplace.error());
  Result<model::Ledger> ledger = ledger_of(machine, *workplace);
  if (!ledger) return fail(machine, ledger.error());
  const auto standing = alert::standing(ledger->decisions);
  std::map<std::string, alert::Verdicts> verdicts = alert::count_verdicts(standing, kLastDay);
  std::map<std::string, std::int64_t> suppressions = running(*ledger, workplace->zone.local(machine.clock.now()).day);
  const rules::Engine engine(workplace->rules, workplace->registry);
  const auto print = [&](const std::string& name, const std::string& level, const std::string& title,
                         const std::string& guide) {
    std::string results = precision_line(verdicts[name]);
    if (suppressions[name] > 0) results += "；暫停中 " + with_thousands(suppressions[name]) + " 項";
    std::printf("%-20s %-8s %s\n", name.c_str(), level.c_str(), title.c_str());
    if (!guide.empty()) std::printf("%20s          %s\n", "", guide.c_str());
    std::printf("%20s          %s\n", "", results.c_str());
  };
  for (const rules::RuleInfo& rule : workplace->rules.rules()) {
    if (rule.alerts) print(rule.name, std::string(model::to_text(rule.level)), rule.title, rule.guide);
  }
  for (const auto& [name, title] : alert::source_titles()) print(name, "source", title, "");
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
  Result<rules::RuleSet::Outcome> outcome = parse_directories(
      machine, directory.empty() && workplace ? workplace->config.rules_dirs : std::vector{directory});
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
  Result<rules::RuleSet::Outcome> outcome = parse_directories(machine, {directory});
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
