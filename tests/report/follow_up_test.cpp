#include "report/follow_up.h"

#include <gtest/gtest.h>

#include "report/sample.h"
#include "report/words.h"

namespace trailwatch::report {
namespace {

using Lines = std::vector<std::string>;

TEST(FollowUp, AnAlertThatStandsAloneSaysNothing) {
  EXPECT_EQ("", state_line(sample::gap()));
  EXPECT_EQ(Lines{}, follow_up(sample::gap()));
}

TEST(FollowUp, ACaseOfOneIsNotCalledACase) {
  AlertPage page = sample::gap();
  page.in_case = CaseLine{"9e8d7c6b5a493827", sample::day(), 1, 1};
  EXPECT_EQ("", state_line(page));
  EXPECT_EQ(Lines{}, follow_up(page));
}

TEST(FollowUp, NamesCaseAndWatch) {
  EXPECT_EQ("列管中・案件第 3 件", state_line(sample::night_reader()));
  EXPECT_EQ((Lines{"案件 9e8d7c6b5a493827：自 115/02/26（四） 起共 3 件，本件為第 3 件。",
                   "列管中：以較低門檻列入，分數不變。"}),
            follow_up(sample::night_reader()));
}

TEST(FollowUp, NamesDecisionAndWhatCameAfterIt) {
  EXPECT_EQ("已查明・處理後佐證有變動・部分規則暫停", state_line(sample::unit_surge()));
  EXPECT_EQ((Lines{"處理情形：已查明（E00012，115/03/03 05:40）已請單位說明：補助清查，有核定公文",
                   "處理後佐證新增 3 筆，請再看一次。",
                   "暫停計分：同一句原因用於多名對象（至 115/03/11，E00012）清查專案期間"}),
            follow_up(sample::unit_surge()));
}

TEST(FollowUp, AReopenedAlertSaysWhoReopenedIt) {
  AlertPage page = sample::unit_surge();
  page.alert.status = "open";
  page.alert.decision->verdict = model::Verdict::open;
  page.alert.added = 0;
  page.alert.removed = 2;
  EXPECT_EQ("待處理・處理後佐證有變動・部分規則暫停", state_line(page));
  EXPECT_EQ("處理情形：重新開啟（E00012，115/03/03 05:40）已請單位說明：補助清查，有核定公文", follow_up(page)[0]);
  EXPECT_EQ("處理後佐證減少 2 筆，請再看一次。", follow_up(page)[1]);
}

TEST(FollowUp, AnErasedReasonIsToldFromNone) {
  AlertPage page = sample::unit_surge();
  page.alert.decision->entry.reason = "";
  EXPECT_EQ("處理情形：已查明（E00012，115/03/03 05:40）理由已依保存年限刪除", follow_up(page)[0]);
}

TEST(Period, SaysWhatIsNewAndWhatRunsOutSoon) {
  const auto line = [](int from, int until, bool is_new) {
    SuppressionLine out;
    out.from = sample::day().plus(from);
    out.until = sample::day().plus(until);
    out.is_new = is_new;
    return period(out) + "|" + period_note(out, sample::day());
  };
  EXPECT_EQ("115/03/02–115/03/17|", line(0, 15, false));
  EXPECT_EQ("115/03/02–115/03/17|新設", line(0, 15, true));
  EXPECT_EQ("115/03/02–115/03/16|14 日後到期", line(0, 14, false));
  EXPECT_EQ("115/03/01–115/03/02|今日到期", line(-1, 0, false));
  EXPECT_EQ("115/03/02–115/03/16|新設・14 日後到期", line(0, 14, true));
  EXPECT_EQ("依規則設定", period(SuppressionLine{}));
  EXPECT_EQ("", period_note(SuppressionLine{}, sample::day()));
}

TEST(BeyondLine, TellsSuppressedFromBelowTheLine) {
  DailyReport report = sample::report();
  EXPECT_EQ(
      "另有 141 件低於門檻或超出今日件數，均已保存，可於系統檢視。另有 2 "
      "件因暫停類似警示而未列出，理由見「暫停類似警示」。",
      beyond_line(report));
  report.alerts_total = 6;
  EXPECT_EQ("另有 2 件因暫停類似警示而未列出，理由見「暫停類似警示」。", beyond_line(report));
}

TEST(Headline, CountsWhatIsDecided) {
  EXPECT_EQ("今日應看 4 件，其中高風險 2 件，已處理 1 件", headline(sample::report()));
}

}  // namespace
}  // namespace trailwatch::report
