#include "store/stored.h"

namespace trailwatch::store {
namespace {

class LiveRows : public test::Stored {
 protected:
  template <typename Write>
  void write(const Write& what) {
    ok(writer().begin(received_));
    what();
    ok(writer().commit());
  }
};

TEST_F(LiveRows, AKeyIsKnownFromItsCommitOnUntilItIsForgotten) {
  const PushRow push{"vehicle", "ab12", "body", R"({"stored":1})", received_};
  ok(writer().begin(received_));
  ok(writer().add_push(push));
  EXPECT_TRUE(get(writer().reader().find_push("vehicle", "ab12")));
  writer().rollback();
  EXPECT_FALSE(get(writer().reader().find_push("vehicle", "ab12")));
  write([&] { ok(writer().add_push(push)); });
  reopen();
  const auto found = get(writer().reader().find_push("vehicle", "ab12"));
  ASSERT_TRUE(found);
  EXPECT_EQ(std::tie(found->source, found->key, found->body, found->answer, found->received),
            std::tie(push.source, push.key, push.body, push.answer, push.received));
  EXPECT_FALSE(get(writer().reader().find_push("police", "ab12")));
  write([&] { ok(writer().forget_pushes(received_)); });
  EXPECT_TRUE(get(writer().reader().find_push("vehicle", "ab12")));
  write([&] { ok(writer().forget_pushes(Instant{received_.micros + 1})); });
  EXPECT_FALSE(get(writer().reader().find_push("vehicle", "ab12")));
}

TEST_F(LiveRows, LossesAreAddedUpByStreamAndKindAndHaveLeaves) {
  using model::LossKind;
  const std::string stream = stream_name("syslog-udp", "10.0.0.1", day(3, 3));
  EXPECT_EQ(stream, "syslog-udp://10.0.0.1/2026-03-03");
  EXPECT_TRUE(is_stream_name(stream));
  EXPECT_FALSE(is_stream_name("HH_QLOG_10004010_1150302.csv"));
  const Instant later{received_.micros + kMicrosPerMinute};
  const auto leaves = get(writer().reader().leaf_count());
  write([&] {
    ok(writer().add_loss({"police", stream, LossKind::kernel, 1, 12, received_, {}}, "dropped"));
    ok(writer().add_loss({"police", stream, LossKind::kernel, 1, 3, later, {}}, "dropped"));
    ok(writer().add_loss({"police", stream, LossKind::framing, 1, 0, received_, {}}, "no number"));
  });
  const std::vector<LossRow> losses = get(writer().reader().losses(10));
  ASSERT_EQ(losses.size(), 2U);
  EXPECT_EQ(losses[0].kind, LossKind::kernel);
  EXPECT_EQ(losses[0].times, 2);
  EXPECT_EQ(losses[0].records, 15);
  EXPECT_EQ(losses[0].first, received_);
  EXPECT_EQ(losses[0].last, later);
  EXPECT_EQ(losses[1].kind, LossKind::framing);
  EXPECT_EQ(losses[1].records, 0);
  EXPECT_EQ(get(writer().reader().leaf_count()), leaves + 3);
  EXPECT_EQ(get(writer().reader().record_sources(seal::LeafKind::gap)), std::vector<std::string>{"police"});
}

}  // namespace
}  // namespace trailwatch::store
