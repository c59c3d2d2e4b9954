#include <iconv.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <unordered_map>

#include "app/system.h"
#include "scenarios/decisions.h"

namespace trailwatch::test {

namespace {

namespace fs = std::filesystem;

std::string in_encoding(const std::string& text, const char* encoding) {
  const iconv_t change = ::iconv_open(encoding, "UTF-8");
  std::string in = text, out(text.size() * 4 + 8, '\0');
  char* from = in.data();
  char* to = out.data();
  std::size_t left = in.size(), room = out.size();
  const std::size_t bad = ::iconv(change, &from, &left, &to, &room);
  ::iconv_close(change);
  EXPECT_EQ(bad, 0U) << text << " in " << encoding;
  out.resize(out.size() - room);
  return out;
}

// Finds any of many texts, in whatever of four encodings, in one pass.
class Finder {
 public:
  void add(const std::string& text) {
    for (const std::string& bytes :
         {text, in_encoding(text, "CP950"), in_encoding(text, "UTF-16LE"), in_encoding(text, "UTF-16BE")}) {
      if (bytes.size() >= kKeyBytes) by_key_[bytes.substr(0, kKeyBytes)].push_back({bytes, text});
    }
  }
  // The first few that stand in there.
  std::vector<std::string> in(std::string_view bytes) const {
    std::vector<std::string> out;
    for (std::size_t at = 0; at + kKeyBytes <= bytes.size() && out.size() < 3; ++at) {
      const auto found = by_key_.find(std::string(bytes.substr(at, kKeyBytes)));
      if (found == by_key_.end()) continue;
      for (const auto& [pattern, text] : found->second) {
        if (bytes.substr(at, pattern.size()) == pattern) out.push_back(text + " at " + std::to_string(at));
      }
    }
    return out;
  }

 private:
  static constexpr std::size_t kKeyBytes = 6;
  std::unordered_map<std::string, std::vector<std::pair<std::string, std::string>>> by_key_;
};

// A thousand invented persons in trails, in broken lines and in what officers write.
class Canaries : public Decisions {
 protected:
  struct Person {
    std::string id, name;
  };
  static Person person(int n) {
    // Seldom characters, so that nobody else is called like that.
    static const std::vector<std::string> kSeldom = {"璆", "鄺", "靉", "鶼", "黌", "齟", "龕", "囅", "嬲", "戇",
                                                     "攢", "曩", "欒", "瀛", "爨", "瓚", "癲", "礪", "籙", "糴"};
    const auto at = static_cast<std::size_t>(n);
    char id[16];
    std::snprintf(id, sizeof id, "%c%d%08d", 'A' + n % 26, 1 + n % 2, 10'000'019 + n * 67'967);
    return {id, kSeldom[at % 20] + kSeldom[(at / 20) % 20] + kSeldom[(at * 7 + at / 400) % 20]};
  }
  static constexpr int kPersons = 1'000;

  void SetUp() override {
    Decisions::SetUp();
    for (int n = 0; n < kPersons; ++n) {
      finder_.add(person(n).id);
      finder_.add(person(n).name);
    }
    write_household();
    write_land();
    append("vehicle/mvr-query.jsonl", [](int n, const Person& who) {
      json line = {{"seq", 990'000 + n},
                   {"ts", "2026-03-19T14:30:05.120+08:00"},
                   {"org", "JH01"},
                   {"unit", "測試組"},
                   {"uid", "A20311"},
                   {"account", "a20311"},
                   {"host", "10.40.8.21"},
                   {"fn", "VEHICLES_BY_ID"},
                   {"plate", nullptr},
                   {"id", who.id},
                   {"purpose", "T02"},
                   {"memo", "查" + who.name},
                   {"doc", ""},
                   {"rows", 1}};
      if (n % 10 == 9) line.erase("ts");  // goes into quarantine
      return "\n" + line.dump();
    });
    append("police/plog-20260319.log", [](int n, const Person& who) {
      if (n % 10 == 9) return "<134>1 no time plog09 " + who.id + " " + who.name + "\n";
      return "<134>1 2026-03-19T14:30:05.123456+08:00 plog09 PLOG 2211 QRY [q@52000 sn=\"" + std::to_string(n) +
             "\" org=\"JH01\" unit=\"測試分局\" badge=\"A10234\" acct=\"a10234\" ip=\"10.40.3.8\" sys=\"戶役政\" "
             "func=\"PERSON\" subj=\"" +
             who.id + "\" kind=\"person\" purpose=\"C01\" case=\"\" rows=\"1\"] \xEF\xBB\xBF" + who.name + "\n";
    });
  }
  template <typename Line>
  void append(const std::string& name, const Line& line) {
    std::string text = read_file(path("county/" + name));
    for (int n = 0; n < kPersons; ++n) text += line(n, person(n));
    write_file(path("county/" + name), text);
  }
  std::string first_line(const std::string& directory) const {
    for (const auto& entry : fs::directory_iterator(path("county/" + directory))) {
      const std::string text = read_file(entry.path().string());
      return text.substr(0, text.find('\n') + 1);
    }
    return "";
  }
  void write_household() const {
    std::string rows;
    for (int n = 0; n < kPersons; ++n) {
      const Person who = person(n);
      rows += std::to_string(n + 1) + ",376990110,青河市公所,民政課,W01,T85600,張品琪,115031" +
              (n % 10 == 9 ? "X" : "9") + ",1005" + std::to_string(10 + n % 50) + ",RC003,門牌查詢,統號," + who.id +
              "," + who.name + ",03,協尋" + who.name + ",青市民字第1150002076號,T13032,10.5.8.11,1\r\n";
    }
    char trailer[32];
    std::snprintf(trailer, sizeof trailer, ",%08d\r\n", kPersons);
    write_file(path("county/household/HH_QLOG_376990110_1150319.csv"),
               first_line("household") + in_encoding(rows + "總筆數", "CP950") + trailer);
  }
  void write_land() const {
    std::string text = first_line("land");
    for (int n = 0; n < kPersons; ++n) {
      const Person who = person(n);
      text += std::to_string(n + 1) + ",115/03/" + (n % 10 == 9 ? "99" : "19") +
              " 08:03:26,l34568,L34568,賴宇珍,青河地政事務所,登記課,所有權人歸戶,,,," + who.id + "," + who.name +
              ",L03,\"補發權狀\n" + who.name + "\",,,10.7.14.16,1\n";
    }
    write_file(path("county/land/地政查詢紀錄_1150319-2.csv"), text);
  }
  void expect_none(const std::string& where, std::string_view bytes) {
    const std::vector<std::string> found = finder_.in(bytes);
    EXPECT_TRUE(found.empty()) << where << " holds " << ::testing::PrintToString(found);
    bytes_ += bytes.size();
  }
  void expect_none_in(const std::string& directory) {
    for (const auto& entry : fs::recursive_directory_iterator(path(directory))) {
      expect_none(entry.path().string(), entry.path().string());
      if (entry.is_regular_file()) expect_none(entry.path().string(), read_file(entry.path().string()));
    }
  }
  Ran quiet(std::vector<std::string> arguments) {
    std::string what;
    for (const std::string& word : arguments) what += word + " ";
    const Ran ran = run(std::move(arguments));
    expect_none("what `" + what + "` prints", ran.out);
    expect_none("what `" + what + "` logs", ran.err);
    return ran;
  }

  Finder finder_;
  std::size_t bytes_ = 0;
};

TEST_F(Canaries, NoneStandsAnywhereInThePlain) {
  // The finder finds them where they are.
  for (const char* source : {"household/HH_QLOG_376990110_1150319.csv", "vehicle/mvr-query.jsonl",
                             "police/plog-20260319.log", "land/地政查詢紀錄_1150319-2.csv"}) {
    EXPECT_FALSE(finder_.in(read_file(path(std::string("county/") + source))).empty()) << source;
  }
  const Ran read = quiet({"ingest"});
  ASSERT_EQ(read.code, 0) << read.err;
  int quarantined = 0;
  for (std::size_t at = read.out.find("隔離 "); at != std::string::npos; at = read.out.find("隔離 ", at + 1))
    quarantined = std::max(quarantined, std::atoi(read.out.c_str() + at + std::string("隔離 ").size()));
  expect_none_in("state");
  // Texts of decisions, holds and looks name them too.
  const json one = best([](const json&) { return true; });
  ASSERT_EQ(quiet({"decide", one["id"], "--as", "checking", "--by", "E00001", "--reason",
                   "已詢問" + person(3).name + "（" + person(3).id + "）"})
                .code,
            0);
  ASSERT_EQ(quiet({"hold", "add", "--alert", one["id"], "--by", "E00001", "--reason", person(4).name + "提告"}).code,
            0);
  ASSERT_EQ(run({"unmask", "--alert", one["id"], "--reason", "查證當事人" + person(5).name + person(5).id}).code, 0);
  const Ran served = quiet({"serve", "--once", "--until", "2026-03-19"});
  ASSERT_EQ(served.code, 0) << served.err;
  ASSERT_EQ(quiet({"backup", "--out", path("backup")}).code, 0);
  ASSERT_EQ(
      quiet({"export", "sampling", "--month", "2026-03", "--out", path("sampling"), "--format", "csv,ods,xlsx"}).code,
      0);
  ASSERT_EQ(quiet({"export", "tiles", "--out", path("tiles"), "--leaves"}).code, 0);
  // (`alerts --format jsonl` shows officers what they wrote themselves.)
  quiet({"alerts"});
  EXPECT_GT(quarantined, 350);
  quiet({"status"});
  quiet({"verify"});
  quiet({"purge", "--dry-run"});
  for (const char* directory : {"state", "backup", "tiles"}) expect_none_in(directory);
  EXPECT_GT(bytes_, 10'000'000U);
}

TEST(Dumps, OfTheProgramAreForbidden) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    app::forbid_dumps();
    ::_exit(::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST_F(Decisions, TheServiceLeavesNoCoreFile) {
  RunningProgram daemon(TW_BINARY, {"serve", "--config", path("county/trailwatch.json")});
  ASSERT_TRUE(daemon.wait_for("watching")) << daemon.err();
  const std::string limits = read_file("/proc/" + std::to_string(daemon.child()) + "/limits");
  const std::size_t at = limits.find("Max core file size");
  ASSERT_NE(at, std::string::npos);
  std::istringstream line(limits.substr(at + 18, limits.find('\n', at) - at - 18));
  std::string soft, hard;
  line >> soft >> hard;
  EXPECT_EQ(soft + " " + hard, "0 0");
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait(), 0);
}

}  // namespace

}  // namespace trailwatch::test
