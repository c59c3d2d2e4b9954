#include <gtest/gtest.h>

#include "store/sqlite.h"
#include "store/stored.h"

// The files in force, and events without what is sealed.
namespace trailwatch::store {
namespace {

using test::Stored;

class Changes : public Stored {
 protected:
  // One transaction.
  template <typename Work>
  void commit(Work&& work) {
    ok(writer().begin(received_));
    work();
    ok(writer().commit());
  }
};

TEST_F(Changes, FilesInForceComeBackAndLieSealed) {
  const std::string secret = "officer,agency,unit,national_id\nH1,甲,乙,A123456789\n";
  std::vector<InForce> files = {{InForce::Kind::reference, "leave.csv", ""},
                                {InForce::Kind::reference, "staff.csv", secret},
                                {InForce::Kind::rule, "staff.csv", "title: a\n"}};
  commit([&] { ok(writer().set_in_force(files)); });
  reopen();
  EXPECT_EQ(get(writer().reader().in_force()), files);
  files = {files[1], {InForce::Kind::rule, "b.yml", "title: b\n"}};
  commit([&] { ok(writer().set_in_force(files)); });
  EXPECT_EQ(get(writer().reader().in_force()), files);
  reopen();
  for (const char* end : {"", "-wal"}) {
    std::ifstream in(path_ + end, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    EXPECT_EQ(bytes.find("A123456789"), std::string::npos) << end;
  }
}

TEST_F(Changes, AFileInForceOfAnErasedMonthIsGone) {
  commit([&] { ok(writer().set_in_force({{InForce::Kind::reference, "staff.csv", "a"}})); });
  reopen();
  {
    Database database(path_, Database::Mode::write);
    database.execute("DELETE FROM month_secret");
  }
  EXPECT_TRUE(get(writer().reader().in_force()).empty());
}

TEST_F(Changes, OutlinesSayWhatIsNotSealed) {
  FileRow row = file();
  add(row, {event(1), event(2)});
  std::vector<std::string> seen;
  ok(writer().reader().each_outline([&](const EventOutline& o) {
    seen.push_back(std::string(o.officer) + "|" + std::string(o.account) + "|" + std::string(o.terminal) + "|" +
                   std::string(o.agency) + "|" + std::string(o.unit) + "|" + std::string(o.system) + "|" +
                   std::string(o.channel) + "|" + std::string(o.reason_code) + "|" + std::string(o.case_no) + "|" +
                   std::string(o.approver));
    EXPECT_EQ(o.subject_kind, model::SubjectKind::vehicle);
    EXPECT_EQ(o.lookup_by, model::LookupBy::plate);
    const std::string plate = "ABC-" + std::to_string(1'000 + static_cast<int>(seen.size()));
    EXPECT_EQ(o.subject, writer().reader().token(model::SubjectKind::vehicle, plate));
  }));
  EXPECT_EQ(seen, (std::vector<std::string>{"H10001|acc1|10.0.0.1|範例縣警察局|交通隊|vehicle|web|R1|1151|H99999",
                                            "H10002|acc2|10.0.0.2|範例縣警察局|交通隊|vehicle|web|R1|1152|H99999"}));
}

}  // namespace
}  // namespace trailwatch::store
