#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "insider/forger.h"
#include "support/program.h"

// The administrator of the host against the store: root, every key that lies on it, and all the time in the world. What
// he does not have is what left the machine before: the checkpoints in `kept`. Each attack must be found, by the layer
// that docs/evidence.md names for it, with what and where.
namespace trailwatch::test {
namespace {

namespace fs = std::filesystem;

class Insider : public testing::Test {
 protected:
  // Three days of one register, a decision, an export, an evidence bundle; a checkpoint leaves after each delivery.
  static void SetUpTestSuite() {
    place_ = new TemporaryDirectory();
    const Ran made = run_program(TW_BINARY, {"demo", "--out", place_->path("made"), "--shared", TW_SOURCE_DIR "/config",
                                             "--days", "4", "--until", "2026-03-05"});
    ASSERT_EQ(made.code, 0) << made.err;
    fs::create_directories(place_->path("good/drop"));
    fs::create_directories(place_->path("kept"));
    fs::copy(std::string(TW_SOURCE_DIR) + "/config/rules", place_->path("good/rules"));
    fs::copy(place_->path("made/reference"), place_->path("good/reference"));
    configure("good");
    for (const auto& entry : fs::directory_iterator(place_->path("made/vehicle"))) {
      if (entry.path().filename().string().rfind("mvr-query", 0) == 0) trails_.push_back(entry.path());
    }
    std::sort(trails_.begin(), trails_.end());
    ASSERT_GE(trails_.size(), 3U);
    for (std::size_t i = 0; i < trails_.size(); ++i) {
      fs::copy(trails_[i], place_->path("good/drop"));
      output("good", {"ingest"});
      if (i == 1) act();
      const std::string note = place_->path("kept/" + std::to_string(i + 1));
      output("good", {"export", "checkpoint", "--out", note});
      kept_.push_back(note);
      if (i == 0) fs::copy(place_->path("good"), place_->path("yesterday"), fs::copy_options::recursive);
    }
  }
  static void TearDownTestSuite() { delete place_; }

  // Somebody decides about an alert and takes it out of the house.
  static void act() {
    const std::string lines = output("good", {"alerts", "--format", "jsonl"});
    const std::string id = nlohmann::json::parse(lines.substr(0, lines.find('\n')))["id"];
    output("good", {"decide", id, "--as", "cleared", "--by", "E00012", "--reason", "已核對卷證"});
    output("good", {"export", "evidence", "--alert", id, "--out", place_->path("bundle.zip"), "--reason", "移送"});
  }
  static void configure(const std::string& store) {
    const std::string shipped = std::string(TW_SOURCE_DIR) + "/config";
    const nlohmann::json config = {
        {"state_dir", "state"},
        {"profiles_dir", shipped + "/profiles"},
        {"rules_dir", "rules"},
        {"words_file", shipped + "/words.json"},
        {"reference_dir", "reference"},
        {"evidence", {{"origin", "trailwatch.example/insider"}}},
        {"sources",
         {{{"name", "vehicle"}, {"profile", "vehicle"}, {"directory", "drop"}, {"files", "mvr-query*.jsonl"}}}}};
    write_file(place_->path(store + "/trailwatch.json"), config.dump(1));
  }
  static Ran run(const std::string& store, std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--config", place_->path(store + "/trailwatch.json")});
    return run_program(TW_BINARY, arguments);
  }
  static std::string output(const std::string& store, const std::vector<std::string>& arguments) {
    const Ran ran = run(store, arguments);
    EXPECT_EQ(ran.code, 0) << arguments.front() << ": " << ran.out << ran.err;
    return ran.out;
  }

  // A fresh copy of the good store to be attacked; its state directory.
  std::string victim() {
    fs::remove_all(place_->path("victim"));
    fs::copy(place_->path("good"), place_->path("victim"), fs::copy_options::recursive);
    return place_->path("victim/state");
  }
  static Ran verify(bool with_kept = true) {
    std::vector<std::string> arguments = {"verify"};
    for (const std::string& note : kept_) {
      if (with_kept) arguments.insert(arguments.end(), {"--checkpoint", note});
    }
    return run("victim", arguments);
  }
  // `verify` says all of this, and that the store is not intact.
  static void expect_found(const std::vector<std::string>& what) {
    const Ran ran = verify();
    EXPECT_EQ(ran.code, 65) << ran.out << ran.err;
    for (const std::string& text : what) EXPECT_NE(ran.out.find(text), std::string::npos) << text << "\n" << ran.out;
  }
  // The forgery agrees with itself; what left the machine does not agree with it.
  static void expect_found_by_kept_only(const std::string& what) {
    const Ran alone = verify(false);
    EXPECT_EQ(alone.code, 0) << "not a good forgery:\n" << alone.out << alone.err;
    expect_found({what, kept_.back()});
  }
  static std::string id(std::int64_t number) { return std::to_string(number); }
  static std::vector<std::int64_t> places(const std::string& state) {
    const std::int64_t last = ask(state, "SELECT MAX(id) FROM event");
    return {1, last / 2, last};
  }

  static TemporaryDirectory* place_;
  static std::vector<fs::path> trails_;
  static std::vector<std::string> kept_;
};
TemporaryDirectory* Insider::place_ = nullptr;
std::vector<fs::path> Insider::trails_;
std::vector<std::string> Insider::kept_;

TEST_F(Insider, DoesNothingAndNothingIsFound) {
  victim();
  const Ran ran = verify();
  EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
  EXPECT_EQ(ran.out.find("待說明"), std::string::npos) << ran.out;
}

// Alerts have no leaves: they are a function of what has, and are made anew.
TEST_F(Insider, HidesAnAlert) {
  const auto recomputed = [] { return run("victim", {"verify", "--recompute"}); };
  std::string state = victim();
  const Ran whole = recomputed();
  EXPECT_EQ(whole.code, 0) << whole.out << whole.err;
  EXPECT_NE(whole.out.find("；與庫內不符 0 項"), std::string::npos) << whole.out;
  EXPECT_EQ(ask(state, "SELECT COUNT(*) >= 3 FROM alert"), 1);
  const std::pair<const char*, const char*> attacks[] = {
      {"DELETE FROM alert WHERE id=(SELECT MIN(id) FROM alert)", "缺少警示"},
      {"CREATE TEMP TABLE gone AS SELECT day, name FROM alert ORDER BY score DESC LIMIT 1;"
       "DELETE FROM alert WHERE (day, name) IN (SELECT * FROM gone);"
       "DELETE FROM finding WHERE (day, name) IN (SELECT * FROM gone);"
       "DELETE FROM match WHERE day IN (SELECT day FROM gone)",
       "缺少警示"},
      {"UPDATE alert SET score=score/2 WHERE id=(SELECT MAX(id) FROM alert)", "警示內容不符"},
      {"INSERT INTO alert SELECT 'ffffffffffffffff', day, about, agency, 'Z99999', score, severity, first, last, "
       "events, "
       "why, contributions, evidence, status FROM alert LIMIT 1",
       "警示無所依據"},
      {"UPDATE finding SET points=0 WHERE rule=(SELECT MIN(rule) FROM finding)", "不符"},
  };
  for (const auto& [attack, what] : attacks) {
    state = victim();
    tamper(state, attack);
    const Ran plain = verify();
    EXPECT_EQ(plain.code, 0) << attack << plain.out;
    const Ran anew = recomputed();
    EXPECT_EQ(anew.code, 65) << attack << anew.out << anew.err;
    EXPECT_NE(anew.out.find(what), std::string::npos) << attack << anew.out;
    EXPECT_EQ(anew.out.find("不符 0 項"), std::string::npos) << anew.out;
    for (const auto& entry : fs::directory_iterator(state))
      EXPECT_EQ(entry.path().filename().string().rfind("recompute", 0), std::string::npos) << entry.path();
  }
}

TEST_F(Insider, EditsARow) {
  for (const char* change : {"case_no='115-1'", "officer=(SELECT MAX(officer) FROM event WHERE officer<>1)",
                             "time=time+60000000", "terminal=terminal+1"}) {
    const std::string state = victim();
    const std::int64_t event = places(state)[1];
    tamper(state, std::string("UPDATE event SET ") + change + " WHERE id=" + id(event));
    expect_found({"event " + id(event) + " ("});
  }
  for (const std::int64_t event : places(victim())) {
    const std::string state = victim();
    tamper(state, "UPDATE event SET case_no='x' WHERE id=" + id(event));
    expect_found({"event " + id(event) + " (vehicle, ", "is not what was sealed"});
  }
}

TEST_F(Insider, DeletesARow) {
  for (const std::int64_t event : places(victim())) {
    const std::string state = victim();
    tamper(state, "DELETE FROM event WHERE id=" + id(event) + "; DELETE FROM identity WHERE event=" + id(event));
    expect_found({"event " + id(event) + ": is missing"});
  }
}

TEST_F(Insider, InsertsARow) {
  const std::string columns =
      "time, offset_minutes, system, channel, place, officer, account, terminal, action, lookup_by, subject_kind, "
      "subject, reason_code, case_no, approver, rows, file, line, byte_offset, batch, slot, undecodable";
  std::string state = victim();
  const std::int64_t next = places(state).back() + 1;
  tamper(state,
         "INSERT INTO event(id, " + columns + ") SELECT " + id(next) + ", " + columns + " FROM event WHERE id=1");
  expect_found({"event " + id(next) + ": no leaf speaks of it"});
  // In between, with everything behind it moved on by one and the tree made anew.
  for (const std::int64_t at : {std::int64_t{2}, places(state)[1]}) {
    state = victim();
    const std::string k = id(at);
    tamper(state, "UPDATE event SET id=-id-1 WHERE id>=" + k +
                      "; UPDATE event SET id=-id WHERE id<0;"
                      "UPDATE identity SET event=event+1 WHERE event>=" +
                      k +
                      ";"
                      "UPDATE intake SET last_event=last_event+1 WHERE last_event>=" +
                      k +
                      ";"
                      "UPDATE intake SET first_event=first_event+1 WHERE first_event>" +
                      k +
                      ";"
                      "INSERT INTO event(id, " +
                      columns + ") SELECT " + k + ", " + columns + " FROM event WHERE id=" + k +
                      "-1;"
                      "INSERT INTO identity(scope, number, content, event) SELECT scope, number+900000000, content, " +
                      k + " FROM identity WHERE event=" + k +
                      "-1;"
                      "UPDATE scope SET highest=(SELECT MAX(number) FROM identity i WHERE i.scope=scope.id), "
                      "numbers=(SELECT COUNT(DISTINCT number) FROM identity i WHERE i.scope=scope.id);"
                      "UPDATE leaf SET first=-first-1 WHERE first>(SELECT MAX(first) FROM leaf WHERE kind=1 AND ref<=" +
                      k +
                      ");"
                      "UPDATE leaf SET count=count+1 WHERE first=(SELECT MAX(first) FROM leaf WHERE kind=1 AND "
                      "first>=0 AND ref<=" +
                      k +
                      "); UPDATE leaf SET first=-first WHERE first<0;"
                      "UPDATE leaf SET ref=ref+1 WHERE kind=1 AND ref>" +
                      k);
    forge_tree(state);
    expect_found_by_kept_only("leaves are not those that were signed");
  }
}

TEST_F(Insider, ReordersTwoRows) {
  const std::int64_t last = places(victim()).back();
  for (const auto& [a, b] : {std::pair<std::int64_t, std::int64_t>{1, 2}, {3, last}, {last - 1, last}}) {
    const std::string state = victim();
    const std::string swap = "UPDATE event SET id=-1 WHERE id=" + id(a) + "; UPDATE event SET id=" + id(a) +
                             " WHERE id=" + id(b) + "; UPDATE event SET id=" + id(b) + " WHERE id=-1;";
    tamper(state, swap);
    expect_found({"event " + id(a) + " (", "event " + id(b) + " ("});
    // With all that belongs to them, and the tree made anew.
    tamper(state, "UPDATE identity SET event=-1 WHERE event=" + id(a) + "; UPDATE identity SET event=" + id(a) +
                      " WHERE event=" + id(b) + "; UPDATE identity SET event=" + id(b) + " WHERE event=-1");
    forge_tree(state);
    expect_found({"leaves are not those that were signed", kept_.back()});
  }
}

TEST_F(Insider, DropsTheTail) {
  std::string state = victim();
  const std::int64_t last = places(state).back();
  tamper(state, "DELETE FROM event WHERE id>" + id(last - 3));
  expect_found({"event " + id(last) + ": is missing"});
  state = victim();
  tamper(state, "DELETE FROM leaf WHERE first=(SELECT MAX(first) FROM leaf)");
  expect_found({"leaves, but the store has only"});
  // As if the newest own records had never been, every checkpoint signed again for the shorter tree.
  state = victim();
  tamper(state,
         "DELETE FROM own_record WHERE id=(SELECT MAX(id) FROM own_record);"
         "UPDATE leaf SET count=count-1 WHERE first=(SELECT MAX(first) FROM leaf); DELETE FROM leaf WHERE count=0");
  forge_tree(state);
  expect_found_by_kept_only("what came last is gone");
}

TEST_F(Insider, RollsTheStateBackToYesterday) {
  const std::string state = victim();
  fs::remove_all(state);
  fs::copy(place_->path("yesterday/state"), state, fs::copy_options::recursive);
  expect_found_by_kept_only("what came last is gone");
  // And lives on from there, without what came since.
  fs::remove(place_->path("victim/drop/" + trails_[1].filename().string()));
  for (int i = 0; i < 3; ++i) output("victim", {"ingest"});
  expect_found_by_kept_only("kept/2");
}

TEST_F(Insider, SwapsInAnotherConsistentStore) {
  const std::string state = victim();
  for (const char* file : {"/trailwatch.db", "/trailwatch.db-wal", "/trailwatch.db-shm", "/signer/last-note"})
    fs::remove(state + file);
  fs::remove(place_->path("victim/drop/" + trails_[0].filename().string()));
  for (int i = 0; i < 4; ++i) output("victim", {"ingest"});
  expect_found_by_kept_only("kept/1");
}

TEST_F(Insider, SignsAgainWithTheStolenKeyAfterAChange) {
  for (const std::int64_t event : places(victim())) {
    const std::string state = victim();
    tamper(state, "UPDATE event SET case_no='115-偵-1' WHERE id=" + id(event));
    forge_tree(state);
    expect_found_by_kept_only("leaves are not those that were signed");
  }
}

TEST_F(Insider, ChangesTheClock) {
  std::string state = victim();
  tamper(state, "UPDATE intake SET received=received-86400000000 WHERE id=1");
  expect_found({"event 1 (", "is not what was sealed"});
  state = victim();
  tamper(state, "UPDATE own_record SET received=received-86400000000 WHERE id=1");
  expect_found({"own record 1"});
  // The machine's clock is set back, so that what comes now looks as if it had come yesterday.
  for (const std::int64_t back : {std::int64_t{6} * 60, std::int64_t{86'400}, std::int64_t{365} * 86'400}) {
    state = victim();
    work_with_clock_back(state, back * 1'000'000);
    const Ran ran = verify();
    EXPECT_EQ(ran.code, 0) << ran.out;
    EXPECT_NE(ran.out.find("time goes back: leaf "), std::string::npos) << ran.out;
  }
}

TEST_F(Insider, MutesASource) {
  // Another store reads the same trail, without one of its days, and without lines in the middle of another.
  for (const bool whole_file : {true, false}) {
    fs::remove_all(place_->path("muted"));
    fs::create_directories(place_->path("muted/drop"));
    for (const char* part : {"rules", "reference"})
      fs::copy(place_->path(std::string("good/") + part), place_->path(std::string("muted/") + part));
    configure("muted");
    for (std::size_t i = 0; i < trails_.size(); ++i) {
      if (i == 1 && whole_file) continue;
      std::string text = read_file(trails_[i].string());
      if (i == 1) {
        const std::size_t from = text.find('\n', text.size() / 2) + 1;
        std::size_t until = from;
        for (int line = 0; line < 5; ++line) until = text.find('\n', until) + 1;
        text.erase(from, until - from);
      }
      write_file(place_->path("muted/drop/" + trails_[i].filename().string()), text);
    }
    output("muted", {"ingest"});
    EXPECT_NE(output("muted", {"alerts", "--format", "jsonl"}).find("source-gap"), std::string::npos) << whole_file;
  }
}

TEST_F(Insider, AltersARuleAndPutsItBack) {
  for (const char* file : {"rules/off-hours.yml", "reference/staff.csv", "reference/watchlist.csv"}) {
    victim();
    const std::string path = place_->path(std::string("victim/") + file), before = read_file(path);
    write_file(path, before + (fs::path(path).extension() == ".yml" ? "# \n" : "\n"));
    output("victim", {"ingest"});
    write_file(path, before);
    output("victim", {"ingest"});
    const Ran ran = verify();
    EXPECT_EQ(ran.code, 0) << ran.out;
    EXPECT_NE(ran.out.find(std::string("changed and put back: ") + file), std::string::npos) << ran.out;
  }
}

TEST_F(Insider, DeletesTheRecordOfWhatHeDid) {
  const auto attacked = [&](const std::string& sql, const std::vector<std::string>& found) {
    tamper(victim(), sql);
    expect_found(found);
  };
  const std::string state = victim();
  const std::string record = id(ask(state, "SELECT MAX(id) FROM own_record WHERE kind=11"));
  attacked("DELETE FROM own_record WHERE id=" + record, {"own record " + record + ": is missing"});
  attacked("DELETE FROM exported WHERE id=1", {"export 1: its row is gone"});
  attacked("UPDATE exported SET officer='E00013' WHERE id=1", {"export 1 (evidence): its row is not what was sealed"});
  attacked("UPDATE exported SET at=at-1 WHERE id=1", {"export 1 (evidence): its row is not what was sealed"});
  attacked("INSERT INTO exported SELECT 2, at, officer, kind, period, scope, files, events, 'r' FROM exported",
           {"export 2 (evidence): no leaf speaks of it"});
  attacked("DELETE FROM decision; DELETE FROM ledger", {"ledger 1: its row is gone"});
  attacked("DELETE FROM decision", {"ledger 1: what it says (decision) is gone"});
  attacked("UPDATE decision SET verdict='open'", {"ledger 1 (decision): its row is not what was sealed"});
  attacked("UPDATE ledger SET officer='E00013'", {"ledger 1 (decision): its row is not what was sealed"});
  attacked("UPDATE ledger SET month=202501", {"ledger 1: its reason can't be read"});
  attacked("UPDATE ledger SET at=at+1", {"ledger 1 (decision): its row is not what was sealed"});
}

}  // namespace
}  // namespace trailwatch::test
