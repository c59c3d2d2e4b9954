#include <algorithm>
#include <array>
#include <cstdio>
#include <set>

#include "app/commands.h"
#include "app/ledger_door.h"
#include "app/listing.h"
#include "app/suppressions.h"
#include "trailwatch/base/csv.h"
#include "trailwatch/base/hash.h"
#include "trailwatch/base/text.h"

namespace trailwatch::app {

namespace {

constexpr std::size_t kTableBytesMax = 16U << 20U;
constexpr std::size_t kReasonCharacters = 1'000;
constexpr std::size_t kOfficerCharacters = 40;

Error wrong(std::string message, std::string hint = "") {
  return {Errc::invalid, std::move(message), std::move(hint), {}};
}

// One decision as somebody typed it.
struct Wish {
  std::string place;  // `decisions.csv:3`; empty on the command line
  std::string alert, as, by, reason, suppress_until;
  std::vector<std::string> rules;
};

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> out;
  for (const std::string_view part : split(text, ';')) {
    if (!trim(part).empty()) out.emplace_back(trim(part));
  }
  return out;
}

Result<std::vector<Wish>> read_table(const Machine& machine, const DecideOptions& options) {
  Result<std::string> text = machine.files.read(options.file, kTableBytesMax);
  if (!text) return std::move(text).error();
  if (!is_utf8(*text)) return wrong("the file is not UTF-8", "save it as \"CSV UTF-8\"").at(options.file);
  const CsvTable table = parse_csv(*text);
  static const std::vector<std::string> kColumns = {"alert", "as", "by", "reason", "suppress_until", "rules"};
  for (const std::string& column : table.columns) {
    if (std::find(kColumns.begin(), kColumns.end(), column) != kColumns.end()) continue;
    const std::string near = nearest(column, kColumns);
    return wrong("no column \"" + for_log(column) + "\" is known",
                 near.empty() ? "columns: alert, as, by, reason, suppress_until, rules"
                              : "did you mean \"" + near + "\"?")
        .at(options.file);
  }
  if (table.column("alert") == CsvTable::npos) return wrong("the column \"alert\" is missing").at(options.file);
  if (table.open_quote > 0) {
    return wrong("a quote is never closed").at(options.file + ":" + std::to_string(table.open_quote));
  }
  std::vector<Wish> out;
  for (const CsvTable::Row& row : table.rows) {
    const auto cell = [&](const char* name, const std::string& fallback) {
      const std::size_t at = table.column(name);
      const std::string value = at < row.cells.size() ? std::string(trim(row.cells[at])) : "";
      return value.empty() ? fallback : value;
    };
    out.push_back({std::string(base_name(options.file)) + ":" + std::to_string(row.line), cell("alert", ""),
                   cell("as", options.as), cell("by", options.by), cell("reason", options.reason),
                   cell("suppress_until", ""), words_of(cell("rules", ""))});
  }
  if (out.empty()) return wrong("the file holds no decisions").at(options.file);
  return out;
}

// Turns wishes into entries; every problem of every wish is found before anything is written.
class Clerk {
 public:
  Clerk(const Machine& machine, const Workplace& workplace, store::Reader& reader, const AlertDesk& desk,
        const DecideOptions& options)
      : workplace_(workplace), reader_(reader), desk_(desk), options_(options) {
    for (const model::Decision& decision : desk.ledger().decisions) standing_[decision.alert] = &decision;
    now_ = machine.clock.now();
    today_ = workplace.zone.local(now_).day;
  }

  Status take(const Wish& wish);
  LedgerBatch batch;
  std::vector<std::string> told;  // one line a decision, for people

 private:
  Result<model::Alert> find(const Wish& wish);
  Status may_decide(const model::Alert& alert, model::Verdict verdict, const Wish& wish);
  Status add_suppressions(const model::Alert& alert, const Wish& wish, model::Verdict verdict, std::size_t decision);
  void end_suppressions(const model::Alert& alert, const Wish& wish);

  const Workplace& workplace_;
  store::Reader& reader_;
  const AlertDesk& desk_;
  const DecideOptions& options_;
  std::map<std::string, const model::Decision*> standing_;
  std::set<std::string> seen_;
  Instant now_;
  LocalDay today_;
};

Result<model::Alert> Clerk::find(const Wish& wish) {
  if (wish.alert.empty()) return wrong("no alert is named", "`trailwatch alerts` shows their ids");
  if (!seen_.insert(wish.alert).second) return wrong("alert " + for_log(wish.alert) + " is named twice");
  Result<std::optional<model::Alert>> alert = reader_.alert(wish.alert);
  if (!alert) return std::move(alert).error();
  if (*alert) return **std::move(alert);
  if (standing_.count(wish.alert) != 0) {
    return Error{Errc::not_found,
                 "alert " + wish.alert + " was withdrawn: later records took its findings away",
                 "its decision stays in the ledger; there is nothing left to decide",
                 {}};
  }
  return Error{Errc::not_found,
               "there is no alert " + for_log(wish.alert),
               "`trailwatch alerts` shows the ids: 16 characters, in full",
               {}};
}

Status Clerk::may_decide(const model::Alert& alert, model::Verdict verdict, const Wish& wish) {
  if (alert.key.about == model::About::officer && equals_ignoring_case(alert.key.name, wish.by)) {
    return wrong("nobody decides about their own alert (" + for_log(wish.by) + ")", "another officer must do it");
  }
  const auto before = standing_.find(alert.id);
  const bool is_open = before == standing_.end() || before->second->verdict == model::Verdict::open;
  if (is_open && verdict == model::Verdict::open) {
    return wrong("alert " + alert.id + " has no decision that could be taken back");
  }
  if (is_open || before->second->entry.by == wish.by || options_.replace) return Done{};
  return Error{Errc::conflict,
               before->second->entry.by + " has decided alert " + alert.id + " already: 「" +
                   std::string(model::to_chinese(before->second->verdict)) + "」, " +
                   format_roc_minute(workplace_.zone.local(before->second->entry.at)),
               "--replace puts yours in its place; the earlier one stays in the ledger",
               {}};
}

Status Clerk::take(const Wish& wish) {
  const std::optional<model::Verdict> verdict = model::find_verdict(wish.as);
  if (!verdict) {
    const std::string near = nearest(wish.as, {"confirmed", "cleared", "false-alarm", "checking", "open"});
    return wrong(wish.as.empty() ? "no decision is given" : "no decision is called \"" + for_log(wish.as) + "\"",
                 near.empty()
                     ? "confirmed (移送), cleared (已查明), false-alarm (誤報), checking (查證中), open (重新開啟)"
                     : "did you mean \"" + near + "\"?");
  }
  if (Status fit = check_author(wish.by, wish.reason); !fit) return fit;
  Result<model::Alert> alert = find(wish);
  if (!alert) return std::move(alert).error();
  if (Status may = may_decide(*alert, *verdict, wish); !may) return may;

  LedgerBatch::Change change;
  change.decision = model::Decision{
      {0, now_, wish.by, wish.reason}, alert->id, alert->key, alert->day, *verdict, {}, alert->evidence};
  for (const model::Contribution& part : alert->contributions) change.decision->rules.push_back(part.rule);
  std::sort(change.decision->rules.begin(), change.decision->rules.end());
  const std::size_t place = batch.changes.size();
  batch.changes.push_back(std::move(change));
  const auto before = standing_.find(alert->id);
  const model::Verdict was = before == standing_.end() ? model::Verdict::open : before->second->verdict;
  told.push_back(alert->id + "　" + format_roc_day_weekday(alert->day) + "　" + shown_whom(workplace_, alert->key) +
                 "　" + std::string(model::to_chinese(was)) + " → " + std::string(model::to_chinese(*verdict)));
  if (*verdict == model::Verdict::open || *verdict == model::Verdict::confirmed) end_suppressions(*alert, wish);
  return add_suppressions(*alert, wish, *verdict, place);
}

// What an earlier decision about this alert has suppressed falls with that decision, from its first day on.
void Clerk::end_suppressions(const model::Alert& alert, const Wish& wish) {
  for (const model::Suppression& one : desk_.ledger().suppressions) {
    if (!one.decision || one.ended) continue;
    const auto& decisions = desk_.ledger().decisions;
    const bool is_of_alert = std::any_of(decisions.begin(), decisions.end(), [&](const model::Decision& decision) {
      return decision.alert == alert.id && decision.entry.number == *one.decision;
    });
    if (!is_of_alert) continue;
    LedgerBatch::Change change;
    change.ends = one.entry.number;
    change.end = model::SuppressionEnd{{0, now_, wish.by, wish.reason}, one.from};
    batch.changes.push_back(std::move(change));
    told.push_back("　　結束暫停第 " + std::to_string(one.entry.number) + " 號（" + one.rule + "）");
  }
}

Status Clerk::add_suppressions(const model::Alert& alert, const Wish& wish, model::Verdict verdict,
                               std::size_t decision) {
  if (wish.suppress_until.empty()) {
    return wish.rules.empty()
               ? Status(Done{})
               : wrong("rules are named, but no day until which they are suppressed", "give --suppress-until DAY");
  }
  if (verdict != model::Verdict::cleared && verdict != model::Verdict::false_alarm) {
    return wrong("only `cleared` and `false-alarm` can suppress what comes later");
  }
  const std::optional<LocalDay> until = parse_day(wish.suppress_until);
  if (!until) return wrong("\"" + for_log(wish.suppress_until) + "\" is no day", "such as 2026-06-30");
  SuppressionWish asked;
  asked.entry = {0, now_, wish.by, wish.reason};
  asked.from = alert.day.plus(1);  // this day's list stays as it was read
  asked.until = *until;
  asked.rules = wish.rules;
  asked.all_groups = options_.all_groups;
  Result<std::vector<model::Suppression>> made = suppressions_of(reader_, alert, asked, today_);
  if (!made) return std::move(made).error();
  for (model::Suppression& one : *made) {
    told.push_back("　　暫停 " + one.rule + (one.group.empty() ? "" : "（同一對象）") + " 至 " +
                   format_roc_day(one.until));
    LedgerBatch::Change change;
    change.suppression = std::move(one);
    change.with_decision = decision;
    batch.changes.push_back(std::move(change));
  }
  return Done{};
}

}  // namespace

Status check_author(const std::string& by, const std::string& reason) {
  if (trim(by).empty()) return wrong("nobody is named who decides", "give --by OFFICER");
  if (length(by) > kOfficerCharacters || for_display(by) != by) return wrong("\"" + for_log(by) + "\" is no staff id");
  if (trim(reason).empty()) return wrong("a reason is missing", "give --reason TEXT");
  if (!is_utf8(reason)) return wrong("the reason is not UTF-8");
  if (length(reason) > kReasonCharacters) return wrong("a reason has at most 1,000 characters");
  return Done{};
}

std::string batch_id(const Machine& machine) {
  return to_hex(sha256(machine.random.bytes(32)), 16);
}

int finish_batch(const Machine& machine, const Workplace& workplace, const LedgerBatch& batch,
                 const std::vector<std::string>& told) {
  Result<Written> written = write_to_ledger(machine, workplace, batch);
  if (!written) return fail(machine, written.error());
  for (const std::string& line : told) std::printf("%s\n", line.c_str());
  if (written->waiting) {
    machine.log.warning("the running trailwatch is busy: this is kept and will be written at its next round");
  } else if (written->numbers.size() == 1) {
    std::printf("已登記為第 %lld 號\n", static_cast<long long>(written->numbers.front()));
  } else {
    std::printf("已登記為第 %lld 至 %lld 號\n", static_cast<long long>(written->numbers.front()),
                static_cast<long long>(written->numbers.back()));
  }
  return kExitOk;
}

int decide(const Machine& machine, const DecideOptions& options) {
  if (options.alert.empty() == options.file.empty()) {
    return fail(machine, {Errc::unsupported, "give either one ALERT_ID or --file FILE", "", {}});
  }
  Result<Workplace> workplace = load_for_store(machine, options.config);
  if (!workplace) return fail(machine, workplace.error());
  std::vector<Wish> wishes = {
      {"", options.alert, options.as, options.by, options.reason, options.suppress_until, options.rules}};
  if (!options.file.empty()) {
    Result<std::vector<Wish>> table = read_table(machine, options);
    if (!table) return fail(machine, table.error());
    wishes = *std::move(table);
  }
  Result<std::unique_ptr<store::Reader>> reader = open_in_force(machine, *workplace);
  if (!reader) return fail(machine, reader.error());
  Result<AlertDesk> desk = AlertDesk::open(*workplace, **reader, std::nullopt, LocalDay{0});
  if (!desk) return fail(machine, desk.error());
  Clerk clerk(machine, *workplace, **reader, *desk, options);
  clerk.batch.id = batch_id(machine);
  std::optional<Error> first;
  for (const Wish& wish : wishes) {
    Status taken = clerk.take(wish);
    if (taken) continue;
    Error error = std::move(taken).error();
    if (!wish.place.empty()) error = std::move(error).at(wish.place);
    if (!first) first = error;
    if (wishes.size() > 1) machine.log.error(error.text());
  }
  if (first && wishes.size() == 1) return fail(machine, *first);
  if (first) return fail(machine, {first->code, "nothing was decided", "the problems are listed above", {}});
  return finish_batch(machine, *workplace, clerk.batch, clerk.told);
}

}  // namespace trailwatch::app
