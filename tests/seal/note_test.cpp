#include "trailwatch/seal/note.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "seal/trees.h"
#include "trailwatch/seal/base64.h"

namespace trailwatch::seal {
namespace {

using test::got;
using test::known_key;
using test::known_note;
using test::known_note_text;
using test::MemoryTree;

constexpr const char* kKnownVkey =
    "trailwatch.example/hsinchu/audit-1+61a5907a+AUQIHIRfMnyBtWqSkaIuScs2gByUzIT1RphI4joZa4XT";

TEST(Base64, EncodesAndDecodesTheVectorsOfTheRfc) {
  const std::vector<std::pair<std::string, std::string>> vectors = {{"", ""},
                                                                    {"f", "Zg=="},
                                                                    {"fo", "Zm8="},
                                                                    {"foo", "Zm9v"},
                                                                    {"foob", "Zm9vYg=="},
                                                                    {"fooba", "Zm9vYmE="},
                                                                    {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(base64(bytes), text);
    EXPECT_EQ(from_base64(text), bytes);
  }
}

TEST(Base64, HasOneTextForEachValue) {
  for (const char* text :
       {"Zg", "Zg=", "Zh==", "Zm9=", "Z===", "====", "Zm9v\n", "Zm9 v", "Zg==Zg==", "Zm-_", "=Zm9"}) {
    EXPECT_EQ(from_base64(text), std::nullopt) << text;
  }
}

RC_GTEST_PROP(Base64, ReturnsWhatItWasGiven, (const std::string& bytes)) {
  RC_ASSERT(from_base64(base64(bytes)) == bytes);
}

TEST(Note, TheKnownAnswerComesOutByteForByte) {
  MemoryTree tree;
  tree.append(test::known_leaves(1'000));
  const SigningKey key = known_key();
  EXPECT_EQ(key.verifier().vkey(), kKnownVkey);
  const std::string text = to_text(Checkpoint{test::kOrigin, tree.size, got(root(tree, tree.size)), {}});
  EXPECT_EQ(text, known_note_text());
  EXPECT_EQ(to_text(Note{text, {sign(key, text)}}), known_note());
}

TEST(Note, TheKnownAnswerIsAccepted) {
  const Note note = *parse_note(known_note());
  EXPECT_EQ(note.text, known_note_text());
  const std::vector<VerifierKey> signers = got(check(note, {*VerifierKey::parse(kKnownVkey)}));
  ASSERT_EQ(signers.size(), 1U);
  EXPECT_EQ(to_text(note), known_note());
}

// Example of the signed-note specification's page, an empty line within its text.
TEST(Note, TextMayHaveEmptyLines) {
  const std::string text = "a\n\nb\n\n\n";
  const SigningKey key = known_key();
  const Note note = *parse_note(to_text(Note{text, {sign(key, text)}}));
  EXPECT_EQ(note.text, text);
  EXPECT_TRUE(check(note, {key.verifier()}).has_value());
}

TEST(Note, OtherFormsAreRefused) {
  const std::string note = known_note(), text = known_note_text();
  const std::string line = note.substr(text.size() + 1);
  std::string many = text + "\n";
  for (int i = 0; i < 101; ++i) many += line;
  const std::vector<std::string> bad = {"",
                                        "\n",
                                        "\n\n",
                                        text,
                                        text + "\n",
                                        text + line,
                                        note.substr(0, note.size() - 1),
                                        text + "\n-" + line.substr(3),
                                        text + "\n" + line + "\n",
                                        text + "\n" + line + "more\n",
                                        "\x01" + note,
                                        "\t" + note,
                                        "\xff" + note,
                                        text + "\n\u2014  AAAAAAAA\n",
                                        text + "\n\u2014 a+b AAAAAAAA\n",
                                        text + "\n\u2014 name AAAA\n",
                                        text + "\n\u2014 na\u00a0me AAAAAAAA\n",
                                        text + "\n\u2014 name AAAAAAAA extra\n",
                                        many,
                                        std::string(1'000'001, 'a')};
  for (const std::string& bytes : bad) EXPECT_FALSE(parse_note(bytes).has_value()) << bytes.substr(0, 300);
}

TEST(Note, UnknownSignaturesArePassedOverAndKnownOnesMustHold) {
  const SigningKey ours = known_key();
  const SigningKey other = SigningKey::from_seed("witness.example/w", KeyType::log, std::string(32, 'w'));
  const std::string text = "text\n";
  const Note both{text, {sign(other, text), sign(ours, text), sign(ours, text)}};
  EXPECT_EQ(got(check(both, {ours.verifier()})).size(), 1U);
  EXPECT_EQ(got(check(both, {ours.verifier(), other.verifier()})).size(), 2U);
  EXPECT_EQ(check(Note{text, {sign(other, text)}}, {ours.verifier()}).error().message, "no known key signed this note");
  Note broken = both;
  broken.signatures[0].bytes[5] ^= 1;
  EXPECT_TRUE(check(broken, {ours.verifier()}).has_value());
  EXPECT_EQ(check(broken, {ours.verifier(), other.verifier()}).error().code, Errc::corrupt);
  // The same name with another key, the same id with another name: neither is known.
  const SigningKey namesake = SigningKey::from_seed(test::kOrigin, KeyType::log, std::string(32, 'n'));
  EXPECT_FALSE(check(Note{text, {sign(namesake, text)}}, {ours.verifier()}).has_value());
}

RC_GTEST_PROP(Note, AChangedByteIsNeverAccepted, ()) {
  static const std::vector<VerifierKey> known = {known_key().verifier()};
  std::string note = known_note();
  const auto at = *rc::gen::inRange<std::size_t>(0, note.size());
  note[at] = static_cast<char>(note[at] ^ *rc::gen::inRange(1, 256));
  const Result<Note> parsed = parse_note(note);
  const bool is_accepted = parsed.has_value() && check(*parsed, known).has_value();
  RC_ASSERT(!is_accepted);
}

TEST(Key, TextsComeBackTheSame) {
  test::SeededRandom random(3);
  const SigningKey made = SigningKey::make("example.com/log", KeyType::log, random);
  const SigningKey read = *SigningKey::parse(made.key_file());
  EXPECT_EQ(read.key_file(), made.key_file());
  EXPECT_EQ(read.verifier().vkey(), made.verifier().vkey());
  EXPECT_EQ(VerifierKey::parse(" " + made.verifier().vkey() + "\n")->vkey(), made.verifier().vkey());
  EXPECT_EQ(read.sign("message"), made.sign("message"));
  EXPECT_NE(made.as(KeyType::witness).verifier().id(), made.verifier().id());
  EXPECT_EQ(made.as(KeyType::witness).verifier().public_key(), made.verifier().public_key());
}

TEST(Key, WhatIsNoneIsRefusedWithoutShowingIt) {
  const std::string vkey = kKnownVkey, file = known_key().key_file();
  for (const std::string& text :
       {std::string(), vkey.substr(1), vkey.substr(0, vkey.size() - 4), vkey + "AAAA", std::string("a+b+c"),
        std::string(test::kOrigin) + "+61a5907b+AUQIHIRfMnyBtWqSkaIuScs2gByUzIT1RphI4joZa4XT",
        std::string(test::kOrigin) + "+61A5907A+AUQIHIRfMnyBtWqSkaIuScs2gByUzIT1RphI4joZa4XT",
        std::string(test::kOrigin) + "+61a5907a+AkQIHIRfMnyBtWqSkaIuScs2gByUzIT1RphI4joZa4XT"}) {
    EXPECT_FALSE(VerifierKey::parse(text).has_value()) << text;
  }
  for (const std::string& text : {std::string(), vkey, file.substr(1), file.substr(0, file.size() - 5), file + file}) {
    const Result<SigningKey> key = SigningKey::parse(text);
    ASSERT_FALSE(key.has_value()) << text;
    EXPECT_EQ(key.error().text().find(file.substr(file.size() - 30, 20)), std::string::npos);
  }
}

TEST(Checkpoint, FormIsStrict) {
  const Checkpoint good = got(parse_checkpoint(known_note_text()));
  EXPECT_EQ(good.origin, test::kOrigin);
  EXPECT_EQ(good.size, 1'000);
  EXPECT_EQ(to_text(good), known_note_text());
  const std::string root = "01SXoIrIAg0uMTPDQ4i/dxbV/xzH3mqqky4DEPXo9sU=";
  EXPECT_EQ(got(parse_checkpoint("o\n0\n" + root + "\nmore\n")).extensions, (std::vector<std::string>{"more"}));
  EXPECT_EQ(got(parse_checkpoint("o\n9223372036854775807\n" + root + "\n")).size, INT64_MAX);
  for (const std::string& text :
       {"\n1000\n" + root + "\n", "o\n01000\n" + root + "\n", "o\n-1\n" + root + "\n", "o\n+1\n" + root + "\n",
        "o\n\n" + root + "\n", "o\n1 \n" + root + "\n", "o\n9223372036854775808\n" + root + "\n",
        "o\n99999999999999999999\n" + root + "\n", "o\n1\n" + root, "o\n1\n" + root.substr(4) + "\n",
        std::string("o\n1\n\n"), "o\n1\n" + root + "\n\n", "o\n1\n" + root + "\nmore", std::string("o\n1\n"),
        std::string()}) {
    EXPECT_FALSE(parse_checkpoint(text).has_value()) << text;
  }
}

TEST(Cosignature, SaysWhenAndHoldsForNoOtherTime) {
  const SigningKey witness = SigningKey::from_seed("witness.example/w1", KeyType::witness, std::string(32, 'w'));
  const std::string text = known_note_text();
  const Signature line = cosign(witness, text, Instant{1'679'315'147'900'000});
  EXPECT_EQ(cosigned_at(line), Instant{1'679'315'147'000'000});
  EXPECT_TRUE(is_signed_by(witness.verifier(), text, line));
  EXPECT_FALSE(is_signed_by(witness.verifier(), text + "x\n", line));
  for (std::size_t at = 0; at < line.bytes.size(); ++at) {
    Signature changed = line;
    changed.bytes[at] ^= 1;
    EXPECT_FALSE(is_signed_by(witness.verifier(), text, changed)) << at;
  }
  EXPECT_EQ(cosigned_at(sign(known_key(), text)), std::nullopt);
}

// The vkey and the cosigned checkpoint that the specification's page shows.
TEST(Cosignature, HasTheFormOfTheSpecification) {
  const Note note = *parse_note(
      "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
      "\u2014 example.com/behind-the-sofa "
      "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
      "\u2014 witness.example.com/w1 "
      "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n");
  ASSERT_EQ(note.signatures.size(), 2U);
  EXPECT_EQ(cosigned_at(note.signatures[1]), Instant{1'679'315'147'000'000});
  EXPECT_EQ(got(parse_checkpoint(note.text)).size, 20'852'163);
}

LeafProof proof_of(std::int64_t index) {
  MemoryTree tree;
  tree.append(test::known_leaves(1'000));
  return {index, got(inclusion_proof(tree, index, 1'000)), known_note(), std::nullopt};
}

TEST(LeafProof, ComesBackTheSameAndHolds) {
  for (const auto& extra : {std::optional<std::string>(), std::optional<std::string>(std::string("\x00more", 5))}) {
    LeafProof proof = proof_of(389);
    proof.extra = extra;
    const LeafProof read = got(parse_leaf_proof(to_text(proof)));
    EXPECT_EQ(read, proof);
    const auto checkpoint = check_leaf(read, leaf_hash(test::known_leaf(389)), {known_key().verifier()});
    ASSERT_TRUE(checkpoint.has_value()) << checkpoint.error().text();
    EXPECT_EQ(checkpoint->size, 1'000);
  }
  EXPECT_EQ(to_text(proof_of(389)).substr(0, 33), "c2sp.org/tlog-proof@v1\nindex 389\n");
}

TEST(LeafProof, SaysWhatDoesNotHold) {
  const std::vector<VerifierKey> known = {known_key().verifier()};
  EXPECT_EQ(check_leaf(proof_of(389), leaf_hash("other"), known).error().message,
            "the path does not lead from this leaf, at index 389, to the root that was signed");
  const SigningKey stranger = SigningKey::from_seed("elsewhere.example", KeyType::log, std::string(32, 's'));
  LeafProof resigned = proof_of(389);
  resigned.checkpoint = to_text(Note{known_note_text(), {sign(stranger, known_note_text())}});
  EXPECT_EQ(check_leaf(resigned, leaf_hash(test::known_leaf(389)), known).error().message,
            "no known key signed this note");
  EXPECT_EQ(check_leaf(resigned, leaf_hash(test::known_leaf(389)), {stranger.verifier()}).error().message,
            "no key of the log itself signed this checkpoint");
}

RC_GTEST_PROP(LeafProof, AChangedByteIsNeverAccepted, ()) {
  static const std::string text = to_text(proof_of(389));
  static const std::vector<VerifierKey> known = {known_key().verifier()};
  static const Digest leaf = leaf_hash(test::known_leaf(389));
  std::string changed = text;
  const auto at = *rc::gen::inRange<std::size_t>(0, changed.size());
  changed[at] = static_cast<char>(changed[at] ^ *rc::gen::inRange(1, 256));
  const Result<LeafProof> proof = parse_leaf_proof(changed);
  const bool is_accepted = proof.has_value() && check_leaf(*proof, leaf, known).has_value();
  RC_ASSERT(!is_accepted);
}

RC_GTEST_PROP(LeafProof, AnyBytesAreReadWithoutHarm, (const std::string& bytes)) {
  static_cast<void>(parse_leaf_proof("c2sp.org/tlog-proof@v1\nindex 3\n" + bytes).has_value());
  static_cast<void>(parse_note(bytes).has_value());
  static_cast<void>(parse_checkpoint(bytes).has_value());
  RC_SUCCEED("read");
}

}  // namespace
}  // namespace trailwatch::seal
