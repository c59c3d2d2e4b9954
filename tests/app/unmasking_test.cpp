#include "app/unmasking.h"

#include "store/stored.h"

namespace trailwatch::app {
namespace {

using Step = model::Unmasking::Step;

class Steps : public test::Stored {
 protected:
  void SetUp() override {
    Stored::SetUp();
    ok(writer().begin(received_));
    model::Alert alert;
    alert.id = "a";
    alert.key = {model::About::officer, "", "H1"};
    alert.day = day(3, 2);
    ok(writer().put_alert(alert));
    ok(writer().commit());
  }
  static model::Unmasking step(Step step, const std::string& by, std::optional<std::int64_t> request = std::nullopt) {
    model::Unmasking out;
    out.entry = {0, at("2026-03-05T10:00:00"), by, "查證本件警示之查詢事由"};
    out.step = step;
    out.alert = "a";
    out.request = request;
    return out;
  }
  void write(model::Unmasking one, Instant when) {
    one.entry.at = when;
    ok(writer().begin(when));
    EXPECT_TRUE(writer().add_unmasking(one).has_value());
    ok(writer().commit());
  }
  std::string says(const model::Unmasking& one, Instant now, bool two = true) {
    const Status may = check_step(writer().reader(), {two, false}, one, now);
    return may ? "" : may.error().message;
  }
  static Instant minute(int n) { return Instant{at("2026-03-05T10:00:00").micros + n * kMicrosPerMinute}; }
};

TEST_F(Steps, ARequestWaitsThirtyMinutesAndSoDoesItsApproval) {
  write(step(Step::requested, "E1"), minute(0));
  EXPECT_EQ(says(step(Step::approved, "E2", 1), minute(30)), "");
  EXPECT_EQ(says(step(Step::approved, "E2", 1), Instant{minute(30).micros + 1}),
            "the request is older than 30 minutes");
  EXPECT_EQ(says(step(Step::approved, "e1", 1), minute(1)), "nobody approves their own request");
  write(step(Step::approved, "E2", 1), minute(29));
  EXPECT_EQ(says(step(Step::shown, "E1", 1), minute(59)), "");
  EXPECT_EQ(says(step(Step::shown, "E1", 1), Instant{minute(59).micros + 1}), "the approval is older than 30 minutes");
  EXPECT_EQ(says(step(Step::shown, "E2", 1), minute(30)), "only who has asked may look");
  EXPECT_EQ(says(step(Step::shown, "E1"), minute(30)), "two persons are needed here");
  EXPECT_EQ(says(step(Step::shown, "E1"), minute(30), false), "");
  model::Unmasking other = step(Step::shown, "E1", 1);
  other.alert = "b";
  EXPECT_EQ(says(other, minute(30)), "there is no alert b");
  write(step(Step::shown, "E1", 1), minute(30));
  EXPECT_EQ(says(step(Step::shown, "E1", 1), minute(31)), "this request was used already: it shows once");
}

TEST_F(Steps, TheReasonHasTenCharactersNotBytes) {
  model::Unmasking one = step(Step::shown, "E1");
  for (const auto& [reason, fits] : {std::pair<const char*, bool>{"查證案件之查詢事由。", true},
                                     {"查證案件之查詢事由", false},
                                     {"  查證案件之查詢事由  ", false},
                                     {"0123456789", true},
                                     {"", false}}) {
    one.entry.reason = reason;
    EXPECT_EQ(says(one, minute(0), false).empty(), fits) << reason;
  }
  one = step(Step::shown, "h1");
  EXPECT_EQ(says(one, minute(0), false), "nobody looks into their own alert");
}

TEST_F(Steps, ALoginIsAnOfficerWhereItIsExactlyOnes) {
  Workplace workplace, nobody;
  nobody.registry = make_registry({}, nobody.config, nobody.zone);
  workplace.files = {{store::InForce::Kind::reference, "staff.csv",
                      "officer,name,agency,unit,role,systems,accounts,national_id,from,to,privileged\n"
                      "E00001,,,,,,wang; wang2,,,,\nE00002,,,,,,li,,,,\nE00003,,,,,,li,,,,\n"}};
  workplace.registry = make_registry(workplace.files, workplace.config, workplace.zone);
  EXPECT_EQ(officer_of_login(workplace, "WANG2"), "E00001");
  EXPECT_EQ(officer_of_login(workplace, "e00002"), "E00002");
  EXPECT_EQ(officer_of_login(workplace, "li"), std::nullopt);
  EXPECT_EQ(officer_of_login(workplace, "nobody"), std::nullopt);
  EXPECT_EQ(officer_of_login(nobody, "wang"), std::nullopt);
}

}  // namespace
}  // namespace trailwatch::app
