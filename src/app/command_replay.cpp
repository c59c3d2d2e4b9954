#include <algorithm>
#include <cstdio>
#include <map>
#include <tuple>

#include "app/commands.h"
#include "app/correlations.h"
#include "app/progress.h"
#include "app/retention.h"
#include "app/store_history.h"
#include "trailwatch/base/text.h"
#include "trailwatch/rules/engine.h"

namespace trailwatch::app {

namespace {

constexpr std::size_t kFindingsShown = 20;

// What one rule would have raised.
struct Outcome {
  std::int64_t findings = 0;
  std::int64_t events = 0;
  std::map<LocalDay, std::int64_t> days;
  std::map<std::string, std::int64_t> keys;
  std::vector<model::Finding> best;
};

struct Span {
  LocalDay first, last;
};

Result<Span> span_of(const Workplace& workplace, store::Reader& reader, const ReplayOptions& options) {
  auto span = reader.span();
  if (!span) return std::move(span).error();
  if (!*span) return Error{Errc::not_found, "the store holds no events yet", "run `trailwatch ingest` first", {}};
  return Span{options.since.value_or(workplace.zone.local((*span)->first).day),
              options.until.value_or(workplace.zone.local((*span)->second).day)};
}

Result<std::vector<model::Finding>> replay(const Machine& machine, const Workplace& workplace, store::Reader& reader,
                                           const rules::Engine& engine, const Span& span) {
  rules::StreamOptions options;
  options.last = span.last;
  // The stored tallies are those of the configured rules: what baselines compare is counted anew, from as far back as
  // they look.
  options.first = engine.history_begins(span.first);
  options.tallies = rules::StreamOptions::Tallies::all;
  DayTallies tallies;
  Result<std::vector<model::Finding>> findings = [&] {
    ProgressLine line(machine.clock, "replaying");
    return stream_findings(
        reader, engine, workplace.zone, options, [&](std::int64_t done, std::int64_t all) { line.show(done, all, ""); },
        &tallies);
  }();
  if (!findings) return findings;
  findings->erase(std::remove_if(findings->begin(), findings->end(),
                                 [&](const model::Finding& finding) { return finding.day < span.first; }),
                  findings->end());
  const StoreHistory history(reader, engine, workplace.zone, std::move(tallies));
  rules::DayCloser closer(engine, history);
  ProgressLine line(machine.clock, "comparing");
  for (LocalDay day = span.first; day <= span.last; day = day.plus(1)) {
    for (model::Finding& finding : closer.close(day)) findings->push_back(std::move(finding));
    if (const std::optional<Error>& failure = history.failure()) return *failure;
    line.show(day.days - span.first.days + 1, span.last.days - span.first.days + 1, "");
  }
  return findings;
}

void print(const rules::RuleInfo& rule, const Outcome& outcome, const Span& span) {
  std::printf("%s（%s）：%s 件、%s 筆，%zu 天、%zu 個人員／單位／對象，平均每日 %.1f 件\n", rule.title.c_str(),
              rule.name.c_str(), with_thousands(outcome.findings).c_str(), with_thousands(outcome.events).c_str(),
              outcome.days.size(), outcome.keys.size(),
              static_cast<double>(outcome.findings) / (span.last.days - span.first.days + 1));
  for (const model::Finding& finding : outcome.best) {
    std::string who = for_display(finding.key.name);
    // A subject is a person; what would have been raised about one is shown without saying about whom.
    if (finding.key.about == model::About::subject) who = "（對象）";
    std::printf("  %s  %-12s  %5.1f  %s\n", format_roc_day_weekday(finding.day).c_str(), who.c_str(), finding.points,
                finding.sentence.c_str());
  }
}

}  // namespace

int rules_replay(const Machine& machine, const ReplayOptions& options) {
  Result<Workplace> workplace = load_workplace(machine, options.config);
  if (!workplace) return fail(machine, workplace.error());
  if (!options.rules.empty()) {
    Result<rules::RuleSet> tried = load_rules(machine, {options.rules});
    if (!tried) return fail(machine, tried.error());
    workplace->rules = *std::move(tried);
  }
  if (!options.rule.empty() && !workplace->rules.find(options.rule)) {
    std::vector<std::string> names;
    for (const rules::RuleInfo& rule : workplace->rules.rules()) names.push_back(rule.name);
    const std::string near = nearest(options.rule, names);
    return fail(machine, Error{Errc::not_found,
                               "no rule \"" + options.rule + "\"",
                               near.empty() ? "" : "did you mean \"" + near + "\"?",
                               {}});
  }
  Result<std::unique_ptr<store::Reader>> reader = open_reader(machine, *workplace);
  if (!reader) return fail(machine, reader.error());
  Result<Span> span = span_of(*workplace, **reader, options);
  if (!span) return fail(machine, span.error());
  const rules::Engine engine(workplace->rules, workplace->registry);
  Result<std::optional<LocalDay>> evaluable = evaluable_from(**reader, engine);
  if (!evaluable) return fail(machine, evaluable.error());
  if (*evaluable && span->first < **evaluable) {
    std::printf("%s 以前無法評估（not evaluable）：所據紀錄已依保存年限銷毀\n", format_roc_day(**evaluable).c_str());
    span->first = **evaluable;
    if (span->last < span->first) return kExitOk;
  }
  Result<std::vector<model::Finding>> findings = replay(machine, *workplace, **reader, engine, *span);
  if (!findings) return fail(machine, findings.error());

  std::map<std::string, Outcome> outcomes;
  for (model::Finding& finding : *findings) {
    Outcome& outcome = outcomes[finding.rule];
    ++outcome.findings;
    outcome.events += finding.count;
    ++outcome.days[finding.day];
    ++outcome.keys[finding.key.agency + "/" + finding.key.name];
    outcome.best.push_back(std::move(finding));
  }
  for (const rules::RuleInfo& rule : workplace->rules.rules()) {
    if (!rule.alerts || (!options.rule.empty() && rule.name != options.rule)) continue;
    Outcome& outcome = outcomes[rule.name];
    std::sort(outcome.best.begin(), outcome.best.end(), [](const model::Finding& a, const model::Finding& b) {
      return a.points != b.points ? a.points > b.points
                                  : std::tie(a.day, a.key, a.group) < std::tie(b.day, b.key, b.group);
    });
    outcome.best.resize(std::min(outcome.best.size(), options.rule.empty() ? std::size_t{0} : kFindingsShown));
    print(rule, outcome, *span);
  }
  for (const std::string& missing : engine.not_evaluable()) std::printf("未評估：%s\n", missing.c_str());
  return kExitOk;
}

int rules_explain(const Machine& machine, const std::string& directory, const std::string& name) {
  Result<rules::RuleSet> loaded = load_rules(machine, {directory});
  if (!loaded) return fail(machine, loaded.error());
  const auto found = loaded->find(name);
  if (!found)
    return fail(machine, Error{Errc::not_found, "no rule \"" + name + "\"", "`trailwatch rules list` names them", {}});
  const rules::RuleInfo& rule = loaded->rules()[*found];
  std::printf("%s\n%s\n%s · %s\n\n%s\n\n依據：%s\n", rule.title.c_str(), rule.title_en.c_str(), rule.name.c_str(),
              std::string(model::to_text(rule.level)).c_str(), rule.description.c_str(), rule.guide.c_str());
  if (!rule.false_positives.empty()) std::printf("有下列情形即屬正常：\n");
  for (const std::string& normal : rule.false_positives) std::printf("- %s\n", normal.c_str());
  if (rule.suppress) {
    std::printf("列出後 %d 日內不重複列出（%s）\n", static_cast<int>(rule.suppress->days),
                rule.suppress->by_group ? "同一組" : "同一人員、對象或單位");
  }
  if (!rule.explain_zh.empty()) std::printf("列出時的說明：%s\n", rule.explain_zh.c_str());
  return kExitOk;
}

}  // namespace trailwatch::app
