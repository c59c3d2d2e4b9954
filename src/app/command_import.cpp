#include <cstdio>

#include "app/commands.h"
#include "app/ledger_door.h"
#include "app/sampling_answers.h"
#include "trailwatch/base/text.h"

namespace trailwatch::app {

namespace {

constexpr std::size_t kSheetBytesMax = 64U << 20U;

// Every faulty row is told; then nothing is entered, so that a corrected file can be brought in as a whole.
int refuse(const Machine& machine, const std::string& file, const std::vector<report::ReturnedProblem>& problems) {
  for (const report::ReturnedProblem& problem : problems) {
    Error error{Errc::corrupt, problem.message, problem.hint, {}};
    if (!problem.place.empty()) error = std::move(error).at(for_display(problem.place));
    machine.log.error(std::move(error).at(for_display(base_name(file))).text());
  }
  return fail(machine, {Errc::corrupt,
                        "未登錄任何答覆：" + std::to_string(problems.size()) + " 處需要更正",
                        "更正後整份重新匯入即可，已登錄者不會重複",
                        {}});
}

Result<report::Period> period_of(const ImportOptions& options, const report::Returned& returned) {
  if (options.period.empty() && returned.period) return *returned.period;
  const std::optional<report::Period> given = report::parse_period(options.period);
  if (given) return *given;
  if (!options.period.empty()) {
    return Error{
        Errc::unsupported, "no period \"" + for_display(options.period) + "\"", "2026-03, 2026-Q1 or 2026-H1", {}};
  }
  return Error{Errc::corrupt, "清冊上找不到期間", "請以 --period 2026-03 指定", {}};
}

void tell(const AnswerPlan& plan, std::int64_t blank) {
  std::printf("符合 %s 筆，不符 %s 筆，待查 %s 筆", with_thousands(plan.fits).c_str(),
              with_thousands(plan.fits_not).c_str(), with_thousands(plan.unclear).c_str());
  if (plan.corrected > 0) std::printf("（其中更正 %s 筆）", with_thousands(plan.corrected).c_str());
  std::printf("；先前已登錄 %s 筆，未填 %s 筆\n", with_thousands(plan.unchanged).c_str(),
              with_thousands(blank).c_str());
}

}  // namespace

int import_sampling(const Machine& machine, const ImportOptions& options) {
  if (Status fit = check_author(options.by, "-"); !fit) return fail(machine, fit.error());
  Result<std::string> bytes = machine.files.read(options.file, kSheetBytesMax);
  if (!bytes) return fail(machine, bytes.error());
  Result<report::Returned> returned = report::read_returned(*bytes);
  if (!returned) {
    Error error = std::move(returned).error().at(for_display(options.file));
    error.code = Errc::corrupt;
    return fail(machine, error);
  }
  if (!options.period.empty()) {
    // The one fault that is not a row's: sheets of two periods in one file. Who names the period has settled it.
    std::erase_if(returned->problems, [](const report::ReturnedProblem& problem) { return problem.place.empty(); });
  }
  if (!returned->problems.empty()) return refuse(machine, options.file, returned->problems);
  const Result<report::Period> period = period_of(options, *returned);
  if (!period) return fail(machine, period.error());

  Result<Workplace> workplace = load_workplace(machine, options.config);
  if (!workplace) return fail(machine, workplace.error());
  Result<std::unique_ptr<store::Reader>> reader = open_reader(machine, *workplace);
  if (!reader) return fail(machine, reader.error());
  Result<AnswerPlan> plan =
      plan_answers(*workplace, **reader, returned->rows, {*period, options.by, machine.clock.now()});
  if (!plan) return fail(machine, plan.error());
  if (!plan->problems.empty()) return refuse(machine, options.file, plan->problems);

  if (options.dry_run || plan->changes.empty()) {
    tell(*plan, returned->blank);
    for (const std::string& line : plan->told) std::printf("%s\n", line.c_str());
    std::printf("%s\n", options.dry_run ? "試跑：未登錄" : "沒有新的答覆");
    return kExitOk;
  }
  LedgerBatch batch;
  batch.id = batch_id(machine);
  batch.changes = std::move(plan->changes);
  tell(*plan, returned->blank);
  return finish_batch(machine, *workplace, batch, plan->told);
}

}  // namespace trailwatch::app
