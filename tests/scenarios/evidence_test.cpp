#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "store/sqlite.h"
#include "support/program.h"
#include "trailwatch/seal/note.h"
#include "trailwatch/seal/tree.h"

// Evidence from end to end: the real program, a small county, and other people's tools.
namespace trailwatch::test {
namespace {

namespace fs = std::filesystem;

// A program that runs until it is told to end. `first_line` is what it says when it is ready.
class Running {
 public:
  Running(const std::string& program, const std::vector<std::string>& arguments) {
    int pipe[2];
    if (::pipe(pipe) != 0) return;
    child_ = ::fork();
    if (child_ == 0) {
      ::dup2(pipe[1], 1);
      ::dup2(::open("/dev/null", O_WRONLY), 2);
      ::close(pipe[0]);
      std::vector<char*> words = {const_cast<char*>(program.c_str())};
      for (const std::string& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
      words.push_back(nullptr);
      ::execv(program.c_str(), words.data());
      ::_exit(127);
    }
    ::close(pipe[1]);
    for (char c = 0; ::read(pipe[0], &c, 1) == 1 && c != '\n';) first_line.push_back(c);
    ::close(pipe[0]);
  }
  ~Running() {
    if (child_ > 0) ::kill(child_, SIGTERM);
    if (child_ > 0) ::waitpid(child_, nullptr, 0);
  }
  std::string first_line;

 private:
  pid_t child_ = -1;
};

// Two registers' worth of one made-up county, delivered file by file.
class EvidenceScenario : public testing::Test {
 protected:
  static constexpr const char* kOrigin = "trailwatch.example/scenario";

  void SetUp() override {
    const Ran made = run_program(TW_BINARY, {"demo", "--out", place_.path("made"), "--shared", TW_SOURCE_DIR "/config",
                                             "--days", "4", "--until", "2026-03-05"});
    ASSERT_EQ(made.code, 0) << made.err;
    fs::create_directories(place_.path("drop"));
    configure({{"origin", kOrigin}});
  }
  void configure(const nlohmann::json& evidence) {
    const std::string shipped = std::string(TW_SOURCE_DIR) + "/config";
    nlohmann::json config = {{"state_dir", "state"},
                             {"profiles_dir", shipped + "/profiles"},
                             {"rules_dir", shipped + "/rules"},
                             {"words_file", shipped + "/words.json"},
                             {"reference_dir", place_.path("made/reference")},
                             {"evidence", evidence},
                             {"sources",
                              {{{"name", "vehicle"},
                                {"profile", "vehicle"},
                                {"directory", place_.path("drop")},
                                {"files", "mvr-query*.jsonl"}}}}};
    write_file(config_, config.dump(1));
  }
  // Files in order of their names; delivers the next one. False when there is none.
  bool deliver() {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(place_.path("made/vehicle"))) {
      if (entry.path().filename().string().rfind("mvr-query", 0) == 0) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    if (delivered_ >= files.size()) return false;
    fs::copy_file(files[delivered_], place_.path("drop/" + files[delivered_].filename().string()));
    ++delivered_;
    return true;
  }
  Ran run(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--config", config_});
    return run_program(TW_BINARY, arguments);
  }
  std::string output(const std::vector<std::string>& arguments) {
    const Ran ran = run(arguments);
    EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
    return ran.out;
  }
  // One bit of the byte at `at`.
  static void damage(const std::string& path, std::size_t at) {
    std::string bytes = read_file(path);
    ASSERT_LT(at, bytes.size()) << path;
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    write_file(path, bytes);
  }
  std::string an_alert() {
    const std::string lines = output({"alerts", "--format", "jsonl"});
    return nlohmann::json::parse(lines.substr(0, lines.find('\n')))["id"];
  }

  TemporaryDirectory place_;
  std::string config_ = place_.path("trailwatch.json");
  std::size_t delivered_ = 0;
};

TEST_F(EvidenceScenario, EveryEarlierCheckpointHoldsAfterMoreCame) {
  std::vector<std::string> verify = {"verify"};
  while (deliver()) {
    output({"ingest"});
    const std::string file = place_.path("checkpoint-" + std::to_string(delivered_));
    output({"export", "checkpoint", "--out", file});
    verify.insert(verify.end(), {"--checkpoint", file});
    EXPECT_NE(output(verify).find("結果：完整（intact）"), std::string::npos);
  }
  EXPECT_GE(delivered_, 3U);
  // Without a new file there is still something new: that the program ran.
  output({"ingest"});
  output(verify);
}

TEST_F(EvidenceScenario, AStoreThatWasPutBackToYesterdayIsFound) {
  deliver();
  output({"ingest"});
  fs::copy(place_.path("state"), place_.path("yesterday"), fs::copy_options::recursive);
  deliver();
  output({"ingest"});
  const std::string kept = place_.path("kept");
  output({"export", "checkpoint", "--out", kept});
  // Store and signer together, as root could do it: only what was kept elsewhere tells.
  fs::remove_all(place_.path("state"));
  fs::copy(place_.path("yesterday"), place_.path("state"), fs::copy_options::recursive);
  output({"verify"});
  const Ran found = run({"verify", "--checkpoint", kept});
  EXPECT_EQ(found.code, 65);
  EXPECT_NE(found.out.find("what came last is gone"), std::string::npos) << found.out;
}

TEST_F(EvidenceScenario, ABackupCountsWhenItWasVerifiedAndIsAStore) {
  deliver();
  output({"ingest"});
  const std::string before = output({"alerts", "--format", "jsonl"});
  output({"backup", "--out", place_.path("copies")});
  std::vector<fs::path> copies, sums;
  for (const auto& entry : fs::directory_iterator(place_.path("copies"))) {
    (entry.path().extension() == ".sha256" ? sums : copies).push_back(entry.path());
  }
  ASSERT_EQ(copies.size(), 1U);
  ASSERT_EQ(sums.size(), 1U);
  EXPECT_EQ(run_program("/usr/bin/env", {"-C", place_.path("copies"), "sha256sum", "-c", sums[0].string()}).code, 0);
  for (const char* beside : {"-wal", "-shm"}) fs::remove(place_.path("state/trailwatch.db") + beside);
  fs::copy_file(copies[0], place_.path("state/trailwatch.db"), fs::copy_options::overwrite_existing);
  output({"verify"});
  EXPECT_EQ(output({"alerts", "--format", "jsonl"}), before);
  // A store that was changed gives no backup: the copy goes, and nothing vouches for it.
  {
    store::Database database(place_.path("state/trailwatch.db"), store::Database::Mode::write);
    database.execute("UPDATE event SET case_no = 'x' WHERE id = 1");
  }
  const Ran refused = run({"backup", "--out", place_.path("others")});
  EXPECT_EQ(refused.code, 65) << refused.err;
  EXPECT_TRUE(fs::is_empty(place_.path("others")));
}

TEST_F(EvidenceScenario, ChangedConfigurationAndRulesAreLeaves) {
  deliver();
  output({"ingest"});
  const auto leaves = [&] {
    const std::string status = run({"status"}).out;
    const std::size_t at = status.find("證據：");
    std::string digits;
    for (const char c : status.substr(at, status.find("葉", at) - at)) {
      if (c >= '0' && c <= '9') digits.push_back(c);
    }
    return std::stol(digits);
  };
  const long before = leaves();
  output({"ingest"});
  EXPECT_EQ(leaves() - before, 2);  // start and stop
  configure({{"origin", kOrigin}, {"signer", "here"}});
  output({"ingest"});
  EXPECT_EQ(leaves() - before, 5);  // and the configuration
  write_file(place_.path("made/reference/watchlist.csv"),
             read_file(place_.path("made/reference/watchlist.csv")) + "\n");
  fs::remove(place_.path("made/reference/terminals.csv"));
  output({"ingest"});
  EXPECT_EQ(leaves() - before, 9);  // one reference file changed, one gone
  output({"verify"});
}

TEST_F(EvidenceScenario, NobodySignsWhenNobodyShall) {
  configure({{"signer", "none"}});
  deliver();
  output({"ingest"});
  EXPECT_NE(run({"status"}).out.find("未設定簽章者"), std::string::npos);
  EXPECT_NE(output({"verify"}).find("nothing is signed"), std::string::npos);
  EXPECT_EQ(run({"export", "checkpoint"}).code, 66);
}

TEST_F(EvidenceScenario, ASignerOfItsOwnSignsAndIsNotFooledByAnOldStore) {
  const std::string socket = place_.path("signer.sock"), directory = place_.path("signer");
  {
    const Running signer(TW_BINARY, {"signer", "--dir", directory, "--socket", socket, "--origin", kOrigin});
    ASSERT_EQ(signer.first_line.rfind(kOrigin, 0), 0U) << signer.first_line;
    configure({{"origin", kOrigin}, {"signer", socket}, {"log_keys", {signer.first_line}}});
    deliver();
    output({"ingest"});
    EXPECT_EQ(output({"verify"}).find("庫內檢查點相符 0 份"), std::string::npos);
    EXPECT_EQ(read_file(directory + "/last-note"), output({"export", "checkpoint"}));
    EXPECT_FALSE(fs::exists(place_.path("state/signer")));
    fs::copy(place_.path("state"), place_.path("yesterday"), fs::copy_options::recursive);
    deliver();
    output({"ingest"});
    // Yesterday's store goes on another way: the signer has seen more, and says so.
    fs::remove_all(place_.path("state"));
    fs::copy(place_.path("yesterday"), place_.path("state"), fs::copy_options::recursive);
    const Ran put_back = run({"ingest"});
    EXPECT_EQ(put_back.code, 0);
    EXPECT_NE(put_back.err.find("the tree is not signed: the signer has signed"), std::string::npos) << put_back.err;
    while (deliver()) {
    }
    const Ran grown = run({"ingest"});
    EXPECT_NE(grown.err.find("another tree of"), std::string::npos) << grown.err;
  }
  // With the signer gone, work goes on, unsigned.
  const Ran alone = run({"ingest"});
  EXPECT_EQ(alone.code, 0);
  EXPECT_NE(alone.err.find("the signer can't be asked"), std::string::npos) << alone.err;
}

// From the files alone: each leaf hashes to its place, the tiles to the signed root.
TEST_F(EvidenceScenario, TheTreeCanBePublishedAsTiles) {
  const std::string out = place_.path("tiles");
  while (deliver()) {
    output({"ingest"});
    output({"export", "tiles", "--leaves", "--out", out});
  }
  class Published : public seal::Tiles {
   public:
    Published(std::string directory, std::int64_t size) : directory_(std::move(directory)), size_(size) {}
    Result<std::string> read(seal::TileId id) override {
      for (const auto& [known, width] : seal::tiles_of(size_)) {
        if (known == id) return read_file(directory_ + "/" + seal::tile_path(id, width));
      }
      return Error{Errc::not_found, "no such tile", "", {}};
    }

   private:
    std::string directory_;
    std::int64_t size_;
  };
  const auto note = seal::parse_note(read_file(out + "/checkpoint"));
  ASSERT_TRUE(note.has_value());
  const auto checkpoint = seal::parse_checkpoint(note->text);
  ASSERT_TRUE(checkpoint.has_value());
  Published tiles(out, checkpoint->size);
  EXPECT_EQ(*seal::root(tiles, checkpoint->size), checkpoint->root);
  for (std::int64_t first = 0; first < checkpoint->size; first += seal::kTileWidth) {
    const std::int64_t index = first / seal::kTileWidth, width = std::min(seal::kTileWidth, checkpoint->size - first);
    const std::string bundle = read_file(out + "/" + seal::entries_path(index, width));
    std::string hashes;
    for (std::size_t at = 0; at + 2 <= bundle.size();) {
      const std::size_t size =
          static_cast<unsigned char>(bundle[at]) * 256U + static_cast<unsigned char>(bundle[at + 1]);
      hashes += as_bytes(seal::leaf_hash(std::string_view(bundle).substr(at + 2, size)));
      at += 2 + size;
    }
    EXPECT_EQ(hashes, *tiles.read({0, index})) << index;
  }
}

// The newest leaves exchanged in the store, as its administrator could do it.
TEST_F(EvidenceScenario, ASignerKeepsWhatContradictsItsLastNote) {
  const std::string socket = place_.path("signer.sock"), directory = place_.path("signer");
  const Running signer(TW_BINARY, {"signer", "--dir", directory, "--socket", socket, "--origin", kOrigin});
  configure({{"origin", kOrigin}, {"signer", socket}, {"log_keys", {signer.first_line}}});
  deliver();
  output({"ingest"});
  const std::string before = read_file(directory + "/last-note");
  {
    store::Database database(place_.path("state/trailwatch.db"), store::Database::Mode::write);
    database.execute(
        "UPDATE tile SET hashes = CAST(x'00' || substr(hashes, 2) AS BLOB) WHERE id=(SELECT MAX(id) FROM tile WHERE id "
        "< 1<<48)");
  }
  deliver();
  const Ran ran = run({"ingest"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_NE(ran.err.find("the tree is not signed: the signer refuses: this tree is not a continuation"),
            std::string::npos)
      << ran.err;
  EXPECT_EQ(read_file(directory + "/last-note"), before);
  std::string kept;
  for (const auto& entry : fs::directory_iterator(directory + "/forgeries")) kept += read_file(entry.path().string());
  EXPECT_NE(kept.find(before), std::string::npos);
  EXPECT_EQ(run({"verify"}).code, 65);
}

TEST_F(EvidenceScenario, ABundleIsCheckedWithSha256sumAndOpensslAlone) {
  for (const char* tool : {"/usr/bin/openssl", "/usr/bin/unzip", "/usr/bin/sha256sum"}) {
    if (!fs::exists(tool)) GTEST_SKIP() << tool << " is not installed";
  }
  while (deliver()) {
  }
  output({"ingest"});
  const std::string zip = place_.path("evidence.zip"), bundle = place_.path("bundle");
  EXPECT_NE(output({"export", "evidence", "--alert", an_alert(), "--out", zip, "--reason", "移送"}).find("證據包"),
            std::string::npos);
  output({"verify"});
  EXPECT_EQ(run({"export", "evidence", "--alert", "none", "--out", zip}).code, 66);
  const auto unpack = [&] {
    fs::remove_all(bundle);
    fs::create_directories(bundle);
    ASSERT_EQ(run_program("/usr/bin/unzip", {"-q", zip, "-d", bundle}).code, 0);
  };
  // No trailwatch in reach: only what stands in these directories.
  const auto check = [&] { return run_program("/bin/sh", {"-c", "PATH=/usr/bin:/bin sh " + bundle + "/check.sh"}); };
  unpack();
  std::vector<std::string> leaves;
  for (const auto& entry : fs::directory_iterator(bundle + "/leaves")) leaves.push_back(entry.path().string());
  ASSERT_GT(leaves.size(), 0U);
  Ran ran = check();
  EXPECT_EQ(ran.out, "相符 OK: " + std::to_string(leaves.size()) + "\n") << ran.err;
  // Each file, changed, with the sums made again: a forger would do no less.
  const std::vector<std::string> files = {"/checkpoint.txt", "/log.pem", "/log.vkey"};
  std::vector<std::string> changed;
  for (const std::string& file : files) changed.push_back(bundle + file);
  for (const char* name : {"/raw.bin", "/record.json", "/salt.bin", "/leaf.txt", "/leaf.tlog-proof"})
    changed.push_back(leaves.front() + name);
  for (const std::string& file : changed) {
    unpack();
    damage(file, read_file(file).size() / 2);
    EXPECT_NE(check().code, 0) << file;
    const Ran sums = run_program("/bin/sh", {"-c", "cd " + bundle +
                                                       " && find . -type f ! -name SHA256SUMS | xargs sha256sum > "
                                                       "sums && mv sums SHA256SUMS"});
    ASSERT_EQ(sums.code, 0);
    ran = check();
    EXPECT_NE(ran.code, 0) << file;
    EXPECT_EQ(ran.out.find("相符 OK"), std::string::npos) << file;
  }
  // A key from elsewhere that is another one.
  unpack();
  const Ran other =
      run_program(TW_BINARY, {"signer", "--dir", place_.path("other"), "--origin", kOrigin, "--show-key"});
  write_file(place_.path("other.vkey"), other.out);
  EXPECT_NE(run_program("/bin/sh", {bundle + "/check.sh", place_.path("other.vkey")}).code, 0);
}

}  // namespace
}  // namespace trailwatch::test
