#include "store/sqlite.h"
#include "store/stored.h"

namespace trailwatch::store {
namespace {

using test::fates;
using test::open_vault;
using test::whole;

class Rotating : public test::Stored {
 protected:
  void rotate(std::uint64_t to) {
    const vault::Vault next = open_vault(to);
    ok(writer().begin(received_));
    ok(writer().rotate_key(next));
    ok(writer().commit());
    EXPECT_TRUE(get(writer().cut_log()));
    reopen();
  }
  void open_with(std::uint64_t key) {
    reopen();
    auto opened = try_open(key);
    ASSERT_TRUE(opened.has_value()) << opened.error().text();
    writer_ = *std::move(opened);
  }
};

TEST_F(Rotating, TheNewKeyOpensWhatTheOldOneWroteAndTheOldOneNothing) {
  FileRow row = file();
  add(row, {event(1), event(2)});
  const vault::Token token = get(writer().reader().subject_token(1)).value_or(0);
  const std::string draw = writer().reader().draw_seed(day(3, 2)), store = get(writer().reader().store_id());
  rotate(2);
  EXPECT_EQ(code_of(try_open(1)), Errc::conflict);
  EXPECT_EQ(code_of(Reader::open(path_, open_vault(1))), Errc::conflict);
  open_with(2);
  EXPECT_EQ(whole(all()[0].event), whole(event(1).event));
  // What stands for a person, what is drawn, and the log's name stay.
  EXPECT_EQ(writer().reader().token(model::SubjectKind::vehicle, event(1).event.subject), token);
  EXPECT_EQ(writer().reader().draw_seed(day(3, 2)), draw);
  EXPECT_EQ(get(writer().reader().store_id()), store);
  EXPECT_EQ(get(writer().reader().meta("key_id")), open_vault(2).key_id());
  EXPECT_EQ(fates(add(row, {event(1), event(3)})), "ds");
  EXPECT_EQ(get(writer().reader().subject_token(3)), writer().reader().token(model::SubjectKind::vehicle, "ABC-1003"));
  EXPECT_TRUE(get(reader(2)->verify({}, nullptr)).is_intact());
  EXPECT_EQ(get(writer().reader().newest_record(seal::LeafKind::config, "master-key")),
            "{\"from\":\"" + open_vault(1).key_id() + "\",\"to\":\"" + open_vault(2).key_id() +
                "\",\"what\":\"master-key\"}");
}

TEST_F(Rotating, CanBeDoneAgainAndAgain) {
  FileRow row = file();
  add(row, {event(1)});
  const vault::Token token = get(writer().reader().subject_token(1)).value_or(0);
  const std::string store = get(writer().reader().store_id());
  rotate(2);
  open_with(2);
  rotate(3);
  open_with(3);
  EXPECT_EQ(writer().reader().token(model::SubjectKind::vehicle, event(1).event.subject), token);
  EXPECT_EQ(get(writer().reader().store_id()), store);
  EXPECT_EQ(whole(all()[0].event), whole(event(1).event));
}

TEST_F(Rotating, OfAnEmptyStoreOpensWithTheNewKey) {
  writer();
  rotate(2);
  open_with(2);
  FileRow row = file();
  add(row, {event(1)});
  EXPECT_TRUE(get(reader(2)->verify({}, nullptr)).is_intact());
}

TEST_F(Rotating, NothingThatTheOldKeyWrappedStaysInTheFiles) {
  FileRow row = file();
  add(row, {event(1)});
  std::vector<std::string> wrapped;
  {
    Database database(path_, Database::Mode::read);
    Statement rows(database, "SELECT wrapped FROM month_secret");
    while (rows.step()) wrapped.emplace_back(rows.text(0));
  }
  ASSERT_GE(wrapped.size(), 2U);
  rotate(2);
  for (const std::string& one : wrapped) EXPECT_EQ((bytes("") + bytes("-wal")).find(one), std::string::npos);
}

TEST_F(Rotating, BrokenOffItLeavesTheOldKey) {
  FileRow row = file();
  add(row, {event(1)});
  const vault::Vault next = open_vault(2);
  ok(writer().begin(received_));
  ok(writer().rotate_key(next));
  reopen();  // killed before the commit
  EXPECT_EQ(code_of(try_open(2)), Errc::conflict);
  EXPECT_EQ(whole(all()[0].event), whole(event(1).event));
}

}  // namespace
}  // namespace trailwatch::store
