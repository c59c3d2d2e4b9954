#include <gtest/gtest.h>

#include <filesystem>

#include "seal/trees.h"
#include "support/program.h"
#include "trailwatch/seal/base64.h"

// What other people's programs say of our keys, notes and proofs: the openssl command line, and Go's x/mod.
namespace trailwatch::seal {
namespace {

using test::got;
using test::known_key;
using test::MemoryTree;
using test::Ran;
using test::read_file;
using test::run_program;
using test::TemporaryDirectory;
using test::write_file;

bool is_there(const std::string& path) {
  return std::filesystem::exists(path);
}

class OpenSsl : public testing::Test {
 protected:
  void SetUp() override {
    if (!is_there("/usr/bin/openssl")) GTEST_SKIP() << "the openssl command is not installed";
  }
  Ran openssl(const std::vector<std::string>& arguments) { return run_program("/usr/bin/openssl", arguments); }
  TemporaryDirectory place_;
};

TEST_F(OpenSsl, VerifiesOurSignature) {
  const SigningKey key = known_key();
  write_file(place_.path("key.pem"), key.verifier().pem());
  write_file(place_.path("text"), test::known_note_text());
  write_file(place_.path("signature"), sign(key, test::known_note_text()).bytes);
  const std::vector<std::string> verify = {"pkeyutl",
                                           "-verify",
                                           "-pubin",
                                           "-inkey",
                                           place_.path("key.pem"),
                                           "-rawin",
                                           "-in",
                                           place_.path("text"),
                                           "-sigfile",
                                           place_.path("signature")};
  EXPECT_EQ(openssl(verify).code, 0);
  write_file(place_.path("text"), test::known_note_text() + "x");
  EXPECT_NE(openssl(verify).code, 0);
}

TEST_F(OpenSsl, MakesSignaturesThatWeVerify) {
  ASSERT_EQ(openssl({"genpkey", "-algorithm", "ed25519", "-out", place_.path("private.pem")}).code, 0);
  ASSERT_EQ(openssl({"pkey", "-in", place_.path("private.pem"), "-pubout", "-outform", "DER", "-out",
                     place_.path("public.der")})
                .code,
            0);
  write_file(place_.path("text"), test::known_note_text());
  ASSERT_EQ(openssl({"pkeyutl", "-sign", "-inkey", place_.path("private.pem"), "-rawin", "-in", place_.path("text"),
                     "-out", place_.path("signature")})
                .code,
            0);
  const std::string der = read_file(place_.path("public.der"));
  ASSERT_EQ(der.size(), 44U);
  const VerifierKey key("example.com/openssl", KeyType::log, der.substr(12));
  const std::string signature = read_file(place_.path("signature"));
  EXPECT_TRUE(key.verifies(test::known_note_text(), signature));
  EXPECT_FALSE(key.verifies(test::known_note_text() + "x", signature));
}

// Cases for the Go program, in its words.
class Cases {
 public:
  void note(bool is_good, const std::string& vkey, const std::string& note) {
    add(is_good, "note " + vkey + " " + base64(note));
  }
  void leaf(bool is_good, const std::string& vkey, const std::string& leaf, const std::string& proof) {
    add(is_good, "leaf " + vkey + " " + base64(leaf) + " " + base64(proof));
  }
  void grown(bool is_good, std::int64_t from, const Digest& from_root, std::int64_t size, const Digest& root,
             const std::vector<Digest>& proof) {
    std::string hashes;
    for (const Digest& hash : proof) hashes += as_bytes(hash);
    add(is_good, "grown " + std::to_string(from) + " " + base64(as_bytes(from_root)) + " " + std::to_string(size) +
                     " " + base64(as_bytes(root)) + " " + base64(hashes));
  }
  const std::string& text() const { return text_; }

 private:
  void add(bool is_good, const std::string& line) { text_ += (is_good ? "accept " : "refuse ") + line + "\n"; }
  std::string text_;
};

// One byte of a text that is signed or proven, changed. Not a letter before `=`: Go reads base64 without looking at the
// bits that are left over there, so such a note is the same note to it.
std::string changed(std::string text, test::SeededRandom& random) {
  for (;;) {
    const std::size_t at = random.below(text.size());
    if (at + 1 < text.size() && text[at + 1] == '=') continue;
    text[at] = static_cast<char>(text[at] ^ static_cast<char>(1 + random.below(255)));
    return text;
  }
}

void add_cases(Cases& cases) {
  MemoryTree tree;
  tree.append(test::known_leaves(1'000));
  const SigningKey key = known_key();
  const std::string vkey = key.verifier().vkey();
  test::SeededRandom random(11);
  cases.note(true, vkey, test::known_note());
  for (int i = 0; i < 500; ++i) {
    const std::int64_t size = 1 + static_cast<std::int64_t>(random.below(1'000));
    const auto index = static_cast<std::int64_t>(random.below(static_cast<std::size_t>(size)));
    const auto from = 1 + static_cast<std::int64_t>(random.below(static_cast<std::size_t>(size)));
    const Digest top = got(root(tree, size)), before = got(root(tree, from));
    const std::string text = to_text(Checkpoint{test::kOrigin, size, top, {}});
    const std::string note = to_text(Note{text, {sign(key, text), cosign(key.as(KeyType::witness), text, Instant{})}});
    cases.note(true, vkey, note);
    const std::string leaf = test::known_leaf(index);
    const LeafProof proof{index, got(inclusion_proof(tree, index, size)), to_text(Note{text, {sign(key, text)}}), {}};
    const std::string proof_text = to_text(proof);
    cases.leaf(true, vkey, leaf, proof_text);
    const std::vector<Digest> growth = got(consistency_proof(tree, from, size));
    cases.grown(true, from, before, size, top, growth);
    for (int j = 0; j < 8; ++j) cases.leaf(false, vkey, leaf, changed(proof_text, random));
    for (int j = 0; j < 6; ++j) cases.note(false, vkey, changed(proof.checkpoint, random));
    cases.leaf(false, vkey, changed(leaf, random), proof_text);
    for (int j = 0; j < 5; ++j) {
      std::vector<Digest> bad = growth;
      Digest other = before;
      Digest& hash = bad.empty() ? other : bad[random.below(bad.size())];
      hash[random.below(32)] ^= static_cast<std::uint8_t>(1 + random.below(255));
      cases.grown(false, from, other, size, top, bad);
    }
  }
}

TEST(GoChecker, AcceptsOursAndRefusesChangedOnes) {
  if (!is_there("/usr/bin/go")) GTEST_SKIP() << "go is not installed (Debian's golang-go)";
  ASSERT_TRUE(is_there("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog"))
      << "go is there, but its checker is not: install golang-golang-x-mod-dev";
  Cases cases;
  add_cases(cases);
  const TemporaryDirectory place;
  write_file(place.path("cases"), cases.text());
  const std::string command = "HOME=" + place.path() + " GOCACHE=" + place.path("cache") +
                              " GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS= GOPROXY=off /usr/bin/go run " +
                              TW_SOURCE_DIR "/tests/seal/go/check.go " + place.path("cases");
  const Ran ran = run_program("/bin/sh", {"-c", command});
  EXPECT_EQ(ran.out, "accepted 1501, refused 10000, otherwise than expected 0\n") << ran.err;
  EXPECT_EQ(ran.code, 0);
}

}  // namespace
}  // namespace trailwatch::seal
