#include "report/mail_text.h"

#include <algorithm>
#include <cmath>

#include "report/changes.h"
#include "report/columns.h"
#include "report/mail_words.h"
#include "report/shown.h"
#include "report/words.h"
#include "trailwatch/base/text.h"

namespace trailwatch::report {

namespace {

constexpr std::size_t kWidth = 76;

class Lines {
 public:
  void say(std::string_view text, std::string_view first = "", std::string_view rest = "") {
    for (std::string& line : wrap(for_display(shown(text)), kWidth, first, rest)) {
      out_ += line.erase(line.find_last_not_of(' ') + 1) + "\n";
    }
  }
  // A link is never broken: half of one leads nowhere.
  void link(std::string_view url, std::string_view indent) {
    if (!url.empty()) out_.append(indent).append(url).append("\n");
  }
  void blank() { out_ += "\n"; }
  void heading(std::string_view text) {
    blank();
    say("【" + std::string(text) + "】");
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

std::string score(const AlertPage& page) {
  return std::string(shape(page.alert.severity)) + std::string(to_chinese(page.alert.severity)) + " " +
         std::to_string(std::llround(page.alert.score));
}

void alerts(Lines& out, const DailyReport& day, std::string_view console_url) {
  for (std::size_t i = 0; i < std::min(day.alerts.size(), kMailAlerts); ++i) {
    const AlertPage& page = day.alerts[i];
    const std::string place = place_line(page), when = span(page);
    out.say(score(page) + "　" + mail_whom(page) + (place.empty() ? "" : "　" + shortened(place, kNameLength)),
            right(std::to_string(i + 1), 3) + ". ", "     ");
    out.say(shortened(or_word(page.alert.why, "未填"), kSentenceLength), "     ", "     ");
    out.say((when.empty() ? "" : when + "　") + with_thousands(page.alert.events) + " 筆　警示編號 " + page.alert.id +
                (page.alert.picked == "random" ? "　隨機抽看" : ""),
            "     ", "     ");
    out.link(mail_link(console_url, page), "     ");
  }
  if (day.alerts.empty()) out.say("本日沒有待處理的警示。");
  if (day.alerts.size() > kMailAlerts) {
    out.say("其餘 " + with_thousands(static_cast<std::int64_t>(day.alerts.size() - kMailAlerts)) + " 件見附件。");
  }
}

}  // namespace

std::string daily_mail_text(const std::vector<DailyReport>& days, std::string_view console_url, bool digest) {
  Lines out;
  out.say(days.back().agency);
  out.say(mail_lead(days, !digest));
  if (const std::vector<std::string> wrong = mail_faults(days); !digest && !wrong.empty()) {
    out.heading("▲ 資料不完整");
    for (const std::string& line : wrong) out.say(line, "- ", "  ");
  }
  for (const DailyReport& day : days) {
    if (digest && day.alerts.empty()) continue;
    out.heading("今日應看　" + format_roc_day_weekday(day.day));
    alerts(out, day, console_url);
    if (const std::string more = digest ? "" : beyond_line(day); !more.empty()) out.say(more);
  }
  out.blank();
  out.say(kNeutral);
  for (const DailyReport& day : days) {
    if (digest) break;
    if (const std::string line = changes_line(day); !line.empty()) {
      out.heading(kChangesTitle);
      out.say(line);
      for (const LateDay& late : day.late) out.say(late_sentence(late), "- ", "  ");
      for (const ChangeLine& change : day.changes) {
        out.say(std::string(change_word(change)) + "　" + format_roc_day_weekday(change.day) + "　" +
                    shortened(change.whom, kCellLength) + "　" + shortened(change.sentence, kSentenceLength) +
                    "　警示編號 " + change.alert,
                "- ", "  ");
      }
    }
    if (const std::vector<std::string> lines = mail_suppressions(day); !lines.empty()) {
      out.heading("暫停類似警示（新設或將到期）　" + format_roc_day_weekday(day.day));
      for (const std::string& line : lines) out.say(line, "- ", "  ");
    }
  }
  out.blank();
  for (const DailyReport& day : days) out.say(format_roc_day(day.day) + "　" + mail_cut(day));
  if (!digest && !days.back().checkpoint.empty()) {
    out.say("檢查點（收信人之信箱即為見證，請保留本信）：");
    // As it was signed: a line that is broken no longer verifies.
    for (const std::string_view line : split(trim(days.back().checkpoint), '\n')) out.link(shown(line), "");
  }
  out.say(kMailFoot);
  return out.take();
}

std::string alert_mail_text(const AlertPage& page, std::string_view agency, const std::vector<std::string>& systems,
                            std::string_view console_url) {
  Lines out;
  out.say(agency);
  out.say(score(page) + "　" + mail_whom(page));
  out.say(shortened(or_word(page.alert.why, "未填"), kSentenceLength));
  out.blank();
  for (const auto& [name, value] : alert_facts(page, systems)) out.say(value, name + "：", "  ");
  out.link(mail_link(console_url, page), "");
  out.blank();
  out.say(kNeutral);
  out.say(kMailFoot);
  return out.take();
}

std::string notice_mail_text(std::string_view agency, std::string_view title,
                             const std::vector<std::string>& sentences) {
  Lines out;
  out.say(agency);
  out.say(title);
  out.blank();
  for (const std::string& sentence : sentences) out.say(shortened(sentence, 600));
  out.blank();
  out.say(kMailFoot);
  return out.take();
}

}  // namespace trailwatch::report
