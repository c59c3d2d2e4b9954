#include "app/sampling_answers.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "app/listing.h"
#include "app/sampling.h"
#include "trailwatch/base/text.h"

namespace trailwatch::app {

namespace {

constexpr std::size_t kReasonCharacters = 900;  // the ledger takes 1,000
constexpr std::string_view kMark = "抽查";      // reasons of decisions that came with a sheet begin with it

class Planner {
 public:
  Planner(const Workplace& workplace, store::Reader& reader, const AnswerWish& wish)
      : workplace_(workplace), reader_(reader), wish_(wish) {}

  Result<AnswerPlan> run(const std::vector<report::ReturnedRow>& rows) {
    if (Status done = read(); !done) return std::move(done).error();
    for (const report::ReturnedRow& row : rows) {
      if (Status done = take(row); !done) return std::move(done).error();
    }
    if (out_.problems.empty() && !changed_.empty()) {
      if (Status done = decide(); !done) return std::move(done).error();
    }
    return std::move(out_);
  }

 private:
  Status read() {
    Result<std::vector<model::Exported>> exports = reader_.exports("sampling");
    if (!exports) return std::move(exports).error();
    for (const model::Exported& exported : *exports) {
      for (const model::EventId event : exported.events) asked_[event].insert(exported.period);
      has_export_ = has_export_ || exported.period == wish_.period.name();
    }
    if (!has_export_) {
      return Error{Errc::not_found,
                   "此處沒有產製過 " + wish_.period.title() + " 的抽查清冊",
                   "請確認期間（--period）與設定檔，或先執行 trailwatch export sampling",
                   {}};
    }
    Result<std::vector<model::SamplingAnswer>> answers = reader_.sampling_answers(wish_.period.name());
    if (!answers) return std::move(answers).error();
    for (model::SamplingAnswer& answer : *answers) {
      const model::EventId event = answer.event;
      answers_.emplace(event, std::move(answer));
    }
    return Done{};
  }

  void complain(const report::ReturnedRow& row, std::string message, std::string hint) {
    out_.problems.push_back({row.place, std::move(message), std::move(hint)});
  }

  Status take(const report::ReturnedRow& row) {
    model::EventId event = 0;
    std::from_chars(row.code.data(), row.code.data() + row.code.size(), event);
    const auto asked = asked_.find(event);
    if (asked == asked_.end() || asked->second.count(wish_.period.name()) == 0) {
      std::string hint = "請核對事件代碼，並使用本機關產製的清冊";
      if (asked != asked_.end()) hint = "它在 " + *asked->second.begin() + " 的清冊中，請以 --period 指定";
      complain(row, "事件 " + row.code + " 不在 " + wish_.period.title() + " 的抽查清冊中", hint);
      return Done{};
    }
    Result<std::vector<store::StoredEvent>> stored = reader_.events({event});
    if (!stored) return std::move(stored).error();
    if (!stored->empty() && equals_ignoring_case(stored->front().event.officer, wish_.by)) {
      complain(row, "事件 " + row.code + " 是 " + for_display(wish_.by) + " 本人的查詢", "請由他人匯入");
      return Done{};
    }
    const auto before = answers_.find(event);
    const bool is_known = before != answers_.end();
    if (is_known && before->second.answer == row.answer && before->second.entry.reason == row.explanation) {
      ++out_.unchanged;
      return Done{};
    }
    out_.corrected += is_known ? 1 : 0;
    ++(row.answer == model::Answer::fits       ? out_.fits
       : row.answer == model::Answer::fits_not ? out_.fits_not
                                               : out_.unclear);
    model::SamplingAnswer answer{{0, wish_.now, wish_.by, row.explanation}, wish_.period.name(), event, row.answer};
    answers_[event] = answer;
    changed_.insert(event);
    out_.changes.emplace_back().answer = std::move(answer);
    return Done{};
  }

  // Alerts that hold a changed answer.
  Status decide() {
    Result<std::vector<model::Alert>> alerts = reader_.alerts(wish_.period.first, wish_.period.last());
    if (!alerts) return std::move(alerts).error();
    Result<model::Ledger> ledger = reader_.ledger();
    if (!ledger) return std::move(ledger).error();
    std::map<std::string, const model::Decision*> standing;
    for (const model::Decision& decision : ledger->decisions) standing[decision.alert] = &decision;
    for (const model::Alert& alert : *alerts) {
      const bool is_touched = std::any_of(alert.evidence.begin(), alert.evidence.end(),
                                          [&](model::EventId event) { return changed_.count(event) != 0; });
      if (!is_touched || equals_ignoring_case(alert.key.name, wish_.by)) continue;
      const auto before = standing.find(alert.id);
      consider(alert, before == standing.end() ? nullptr : before->second);
    }
    return Done{};
  }

  void consider(const model::Alert& alert, const model::Decision* before) {
    using model::Verdict;
    std::size_t fitting = 0;
    const model::SamplingAnswer* doubtful = nullptr;
    for (const model::EventId event : alert.evidence) {
      const auto found = answers_.find(event);
      if (found == answers_.end()) continue;
      if (found->second.answer == model::Answer::fits) {
        ++fitting;
      } else if (doubtful == nullptr) {
        doubtful = &found->second;
      }
    }
    const Verdict was = before == nullptr ? Verdict::open : before->verdict;
    const bool is_ours = was == Verdict::checking && before->entry.reason.starts_with(kMark);
    const std::string from = std::string(kMark) + wish_.period.title() + "：";
    if (doubtful != nullptr && was == Verdict::open) {
      std::string why =
          from + "事件 " + event_code(doubtful->event) + " " + std::string(model::to_chinese(doubtful->answer));
      if (!doubtful->entry.reason.empty()) why += "，" + doubtful->entry.reason;
      add(alert, was, Verdict::checking, why);
    } else if (doubtful == nullptr && fitting == alert.evidence.size() && (was == Verdict::open || is_ours)) {
      add(alert, was, Verdict::cleared,
          from + "佐證 " + with_thousands(static_cast<std::int64_t>(fitting)) + " 筆均符合");
    }
  }

  void add(const model::Alert& alert, model::Verdict was, model::Verdict verdict, const std::string& why) {
    model::Decision decision{{0, wish_.now, wish_.by, std::string(prefix(why, kReasonCharacters))},
                             alert.id,
                             alert.key,
                             alert.day,
                             verdict,
                             {},
                             alert.evidence};
    for (const model::Contribution& part : alert.contributions) decision.rules.push_back(part.rule);
    std::sort(decision.rules.begin(), decision.rules.end());
    out_.told.push_back(alert.id + "　" + format_roc_day_weekday(alert.day) + "　" + shown_whom(workplace_, alert.key) +
                        "　" + std::string(model::to_chinese(was)) + " → " + std::string(model::to_chinese(verdict)));
    out_.changes.emplace_back().decision = std::move(decision);
  }

  const Workplace& workplace_;
  store::Reader& reader_;
  const AnswerWish& wish_;
  bool has_export_ = false;
  std::map<model::EventId, std::set<std::string>> asked_;  // by which periods
  std::map<model::EventId, model::SamplingAnswer> answers_;
  std::set<model::EventId> changed_;
  AnswerPlan out_;
};

}  // namespace

Result<AnswerPlan> plan_answers(const Workplace& workplace, store::Reader& reader,
                                const std::vector<report::ReturnedRow>& rows, const AnswerWish& wish) {
  return Planner(workplace, reader, wish).run(rows);
}

}  // namespace trailwatch::app
