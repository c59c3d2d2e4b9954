#include "trailwatch/report/mail.h"

#include <gtest/gtest.h>

#include "report/columns.h"
#include "report/golden.h"
#include "report/hostile.h"
#include "report/sample.h"
#include "trailwatch/base/text.h"

namespace trailwatch::report {
namespace {

DailyReport sample_with_changes() {
  DailyReport out = sample::report();
  out.changes = {{sample::day().plus(-1), false, "1111222233334444", "王○明 B10001 東門分局", "新增警示，91 分，23 筆"},
                 {sample::day().plus(-2), true, "5555666677778888", "同一查詢對象", "警示不再成立（原 52 分，4 筆）"}};
  out.late = {{sample::day().plus(-1), 412}};
  return out;
}

std::vector<DailyReport> mailed() {
  return {for_mail(sample_with_changes())};
}

TEST(Mail, TheSubjectSaysWhatThereIs) {
  DailyReport quiet = sample::report();
  quiet.alerts.clear();
  for (SourceLine& source : quiet.sources) {
    source.faults.clear();
    source.records_in = source.stored + source.duplicates + source.quarantined + source.pending;
  }
  EXPECT_EQ(daily_mail({quiet}, "").subject, "【查詢軌跡日報】115年3月2日（一）沒有待處理的警示");
  DailyReport bad = quiet;
  bad.sources[0].faults = {"序號 1–2 缺 2 筆"};
  EXPECT_EQ(daily_mail({bad}, "").subject,
            "【查詢軌跡日報】115年3月2日（一）沒有待處理的警示，資料不完整：來源異常 1 件");
  DailyReport friday = quiet, sunday = quiet;
  friday.day = sample::day().plus(-3);
  sunday.day = sample::day().plus(-1);
  EXPECT_EQ(daily_mail({friday, sunday}, "").subject,
            "【查詢軌跡日報】115年2月27日（五）至3月1日（日）沒有待處理的警示");
}

TEST(Mail, HoldsNoEvidenceNoSubjectAndNoFreeText) {
  DailyReport report = sample_with_changes();
  AlertPage about_subject = report.alerts[0];
  about_subject.alert.key = {model::About::subject, "", "00ff11ee22dd33cc"};
  about_subject.name = "00ff11ee22dd33cc";
  report.alerts.push_back(about_subject);
  const DailyReport plain = for_mail(report);
  const MailText mail = daily_mail({plain}, "https://audit.example.gov.tw");
  const std::string all = mail.subject + mail.text + mail.html + to_html(plain) + to_text(plain) + to_json(plain);
  for (const AlertPage& page : report.alerts) {
    for (const EvidenceRow& row : page.evidence) {
      EXPECT_EQ(all.find(row.subject), std::string::npos) << row.subject;
    }
    if (page.alert.decision) {
      EXPECT_EQ(all.find(page.alert.decision->entry.reason), std::string::npos);
    }
    for (const model::Suppressed& one : page.alert.suppressed) EXPECT_EQ(all.find(one.reason), std::string::npos);
  }
  for (const SuppressionLine& line : report.suppressions) {
    if (!line.reason.empty()) {
      EXPECT_EQ(all.find(line.reason), std::string::npos) << line.reason;
    }
  }
  EXPECT_EQ(all.find("00ff11ee22dd33cc"), std::string::npos);
  EXPECT_NE(mail.text.find("同一查詢對象"), std::string::npos);
}

TEST(Mail, BothPartsSayTheSame) {
  const MailText mail = daily_mail(mailed(), "https://audit.example.gov.tw");
  for (const char* words : {"補登與撤回", "晚到 412 筆紀錄", "新增警示，91 分，23 筆", "警示不再成立",
                            "5b1c0f2a9d3e4786", "林○德 B10427", "東門分局偵查隊", "資料不完整", "「待說明」不代表違規",
                            "處理紀錄至第 17 號", "https://audit.example.gov.tw/alerts/5b1c0f2a9d3e4786"}) {
    EXPECT_NE(mail.html.find(words), std::string::npos) << words;
    std::string joined;  // lines of the text are broken anywhere
    for (const char c : mail.text) {
      if (c != '\n') joined += c;
    }
    std::string unindented;
    for (std::size_t i = 0; i < joined.size(); ++i) {
      if (joined[i] == ' ' && i + 1 < joined.size() && joined[i + 1] == ' ') continue;
      unindented += joined[i];
    }
    EXPECT_TRUE(joined.find(words) != std::string::npos || unindented.find(words) != std::string::npos) << words;
  }
}

TEST(Mail, IsForMailPrograms) {
  const MailText mail = daily_mail(mailed(), "https://audit.example.gov.tw");
  EXPECT_LT(mail.html.size(), 100'000U);
  for (const char* tag : {"<script", "<svg", "<img", "<style", "<link", "class="}) {
    EXPECT_EQ(mail.html.find(tag), std::string::npos) << tag;
  }
  for (const std::string_view line : split(mail.text, '\n')) {
    if (line.find("https://") == std::string_view::npos) {
      EXPECT_LE(columns(line), 78U) << line;
    }
  }
}

TEST(Mail, StaysSmallHoweverManyAlertsThereAre) {
  DailyReport report = sample::report();
  while (report.alerts.size() < 5'000) report.alerts.push_back(report.alerts[0]);
  const MailText mail = daily_mail({for_mail(report)}, "https://audit.example.gov.tw");
  EXPECT_LT(mail.html.size(), 100'000U);
  EXPECT_NE(mail.html.find("件見附件"), std::string::npos);
}

TEST(Mail, ADigestSpeaksOfItsAlertsOnly) {
  const MailText mail = digest_mail(mailed(), "");
  EXPECT_EQ(mail.html.find("資料不完整"), std::string::npos);
  EXPECT_EQ(mail.html.find("補登"), std::string::npos);
  EXPECT_EQ(mail.html.find("https://"), std::string::npos);
  EXPECT_NE(mail.html.find("林○德"), std::string::npos);
}

TEST(Mail, OneAlertSaysWhomWhyAndWhere) {
  const MailText mail =
      alert_mail(for_mail(sample::report()).alerts[0], "範例縣政府政風處", {"戶政", "車籍"}, "https://a.example");
  EXPECT_EQ(mail.subject, "【查詢軌跡警示】高風險　林○德 B10427　東門分局偵查隊・偵查佐　115/03/02（一）");
  for (const char* words : {"戶政、車籍", "9e8d7c6b5a493827", "列管中", "https://a.example/alerts/5b1c0f2a9d3e4786"}) {
    EXPECT_NE(mail.html.find(words), std::string::npos) << words;
    EXPECT_NE(mail.text.find(words), std::string::npos) << words;
  }
}

TEST(Mail, MarkupInAFieldStaysText) {
  DailyReport report = sample_with_changes();
  report.agency = "<b>x</b>";
  report.alerts[0].name = "<script>alert(1)</script>";
  report.alerts[0].alert.why = "\"><img src=x onerror=1>\n\x1b[31m";
  report.changes[0].whom = "<i>";
  const MailText mail = daily_mail({for_mail(report)}, "");
  for (const char* tag : {"<b>x", "<script", "<img", "<i>"}) EXPECT_EQ(mail.html.find(tag), std::string::npos) << tag;
  EXPECT_EQ(mail.text.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace trailwatch::report
