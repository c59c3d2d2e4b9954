#include "trailwatch/seal/signer.h"

#include <gtest/gtest.h>

#include "seal/trees.h"

namespace trailwatch::seal {
namespace {

using test::got;
using test::known_key;
using test::MemoryTree;

// A log and its signer: `ask` is what the service would send.
class SignerTest : public testing::Test {
 protected:
  void SetUp() override { tree_.append(test::known_leaves(40)); }
  static Signer opened(std::optional<std::string> last = std::nullopt) {
    std::vector<SigningKey> keys;
    keys.push_back(known_key());
    return *Signer::open(std::move(keys), std::move(last));
  }
  static SignRequest ask(MemoryTree& tree, std::int64_t from, std::int64_t size) {
    return {from,
            from <= size ? got(consistency_proof(tree, from, size)) : std::vector<Digest>{},
            {test::kOrigin, size, got(root(tree, size)), {}}};
  }
  static SignAnswer sign_and_keep(Signer& signer, const SignRequest& request) {
    const Signer::Decision decision = signer.decide(request, Instant{1'000'000});
    EXPECT_EQ(decision.answer.kind, SignAnswer::Kind::done) << decision.answer.reason;
    if (decision.answer.kind == SignAnswer::Kind::done) signer.kept(decision.answer);
    return decision.answer;
  }
  MemoryTree tree_;
};

TEST_F(SignerTest, SignsWhatContinues) {
  Signer signer = opened();
  for (const auto& [from, size] : std::vector<std::pair<int, int>>{{0, 7}, {7, 7}, {7, 40}}) {
    const Note note = *parse_note(sign_and_keep(signer, ask(tree_, from, size)).note);
    EXPECT_EQ(got(check(note, signer.verifiers())).size(), 2U);
    EXPECT_EQ(cosigned_at(note.signatures.back()), Instant{1'000'000});
    EXPECT_EQ(got(parse_checkpoint(note.text)).size, size);
  }
}

TEST_F(SignerTest, TellsWhatItSignedLastToWhoAsksFromElsewhere) {
  Signer signer = opened();
  const SignAnswer signed_20 = sign_and_keep(signer, ask(tree_, 0, 20));
  for (const std::int64_t from : {0, 10, 30}) {
    const Signer::Decision decision = signer.decide(ask(tree_, from, 40), Instant{});
    EXPECT_EQ(decision.answer.kind, SignAnswer::Kind::other);
    EXPECT_EQ(decision.answer.note, signed_20.note);
    EXPECT_FALSE(decision.is_forgery);
  }
}

TEST_F(SignerTest, RefusesAnotherTreeAndKnowsAForgery) {
  Signer signer = opened();
  sign_and_keep(signer, ask(tree_, 0, 20));
  MemoryTree forged;
  std::vector<Digest> leaves = test::known_leaves(40);
  leaves[3] = leaf_hash("something else");
  forged.append(leaves);
  // The same size with another root; a continuation that forgets; a proof that belongs to neither.
  for (const SignRequest& request : {ask(forged, 20, 20), ask(forged, 20, 40)}) {
    const Signer::Decision decision = signer.decide(request, Instant{});
    EXPECT_EQ(decision.answer.kind, SignAnswer::Kind::refused);
    EXPECT_TRUE(decision.is_forgery);
  }
  SignRequest mixed = ask(tree_, 20, 40);
  mixed.checkpoint.root = got(root(forged, 40));
  EXPECT_TRUE(signer.decide(mixed, Instant{}).is_forgery);
  // The old tree of that size is not one either, whatever size it is asked from.
  EXPECT_TRUE(signer.decide(ask(forged, 0, 20), Instant{}).is_forgery);
}

TEST_F(SignerTest, NeverGoesBack) {
  Signer signer = opened();
  sign_and_keep(signer, ask(tree_, 0, 20));
  SignRequest back = ask(tree_, 0, 10);
  back.from = 20;
  EXPECT_EQ(signer.decide(back, Instant{}).answer.kind, SignAnswer::Kind::refused);
}

TEST_F(SignerTest, SignsForItsOwnLogOnlyAndNoExtensions) {
  const Signer signer = opened();
  SignRequest request = ask(tree_, 0, 20);
  request.checkpoint.origin = "elsewhere.example";
  EXPECT_EQ(signer.decide(request, Instant{}).answer.kind, SignAnswer::Kind::refused);
  request = ask(tree_, 0, 20);
  request.checkpoint.extensions = {"more"};
  EXPECT_EQ(signer.decide(request, Instant{}).answer.kind, SignAnswer::Kind::refused);
}

TEST_F(SignerTest, GoesOnFromTheNoteThatItKept) {
  Signer before = opened();
  const SignAnswer answer = sign_and_keep(before, ask(tree_, 0, 20));
  Signer after = opened(answer.note);
  EXPECT_EQ(after.decide(ask(tree_, 0, 40), Instant{}).answer.kind, SignAnswer::Kind::other);
  sign_and_keep(after, ask(tree_, 20, 40));
  std::vector<SigningKey> keys;
  keys.push_back(SigningKey::from_seed(test::kOrigin, KeyType::log, std::string(32, 'x')));
  EXPECT_FALSE(Signer::open(std::move(keys), answer.note).has_value());
}

TEST_F(SignerTest, OldAndNewKeySignTogetherDuringAChange) {
  std::vector<SigningKey> keys;
  keys.push_back(known_key());
  keys.push_back(SigningKey::from_seed(test::kOrigin, KeyType::log, std::string(32, 'n')));
  const VerifierKey old_key = keys[0].verifier(), new_key = keys[1].verifier();
  Signer signer = *Signer::open(std::move(keys), std::nullopt);
  const Note note = *parse_note(sign_and_keep(signer, ask(tree_, 0, 20)).note);
  EXPECT_TRUE(check(note, {old_key}).has_value());
  EXPECT_TRUE(check(note, {new_key}).has_value());
  EXPECT_EQ(note.signatures.size(), 4U);
}

TEST_F(SignerTest, TextsOfRequestAndAnswerComeBackTheSame) {
  const SignRequest request = ask(tree_, 13, 40);
  const SignRequest read = *parse_sign_request(to_text(request));
  EXPECT_EQ(read.from, request.from);
  EXPECT_EQ(read.proof, request.proof);
  EXPECT_EQ(read.checkpoint, request.checkpoint);
  for (const char* bad : {"", "old\n", "old x\n\n", "old 1\nAAAA\n\n", "old 1\n", "new 1\n\n", "old 1\n\nonly\n"}) {
    EXPECT_FALSE(parse_sign_request(bad).has_value()) << bad;
  }
  const SignAnswer answer{SignAnswer::Kind::refused, "no such tree", "note\n"};
  const SignAnswer back = *parse_sign_answer(to_text(answer));
  EXPECT_EQ(back.kind, answer.kind);
  EXPECT_EQ(back.reason, answer.reason);
  EXPECT_EQ(back.note, answer.note);
  EXPECT_EQ(parse_sign_answer("done\nnote\n")->note, "note\n");
  EXPECT_FALSE(parse_sign_answer("perhaps\n").has_value());
  EXPECT_FALSE(parse_sign_answer("").has_value());
}

}  // namespace
}  // namespace trailwatch::seal
