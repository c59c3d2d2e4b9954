#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "app/replaced_files.h"

namespace trailwatch::app {
namespace {

const std::set<std::string> kAll = {"household", "vehicle", "land", "police"};

LocalDay on(const char* text) {
  return parse_day(text).value();
}

class Reload : public ReplacedFiles {
 protected:
  void remove_store(const std::string& store) const { std::filesystem::remove_all(place_.path(store)); }
  // A store made of what lies there now.
  Dump fresh() {
    remove_store("fresh");
    ingest(config("fresh"));
    return dump("fresh");
  }
  // Two thirds of the staff are on leave for some days, most codes need a case: something changes on every day.
  void change_much() const {
    Rows leave = read("leave.csv");
    const Rows staff = read("staff.csv");
    for (std::size_t i = 1; i < staff.size(); ++i) {
      if (i % 3 != 0) leave.push_back({staff[i][0], "2026-03-04T00:00", "2026-03-16T23:59", "特休"});
    }
    for (auto& row : leave) row.resize(leave[0].size());
    write("leave.csv", leave);
  }
};

// The promise: whatever is edited, evaluating the affected days comes to what evaluating everything comes to.
TEST_F(Reload, AnyEditComesToWhatAFreshStoreSays) {
  const char* given = std::getenv("TRAILWATCH_SEED");
  const std::uint64_t seed = given == nullptr ? 1 : std::strtoull(given, nullptr, 10);
  SCOPED_TRACE("TRAILWATCH_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  make_county("2026-03-20", 9, kAll);
  const std::string store = config("store");
  ingest(store);
  for (const char* file : {"leave.csv", "cases.csv", "staff.csv", "shifts.csv", "calendar.csv", "protected.csv",
                           "watchlist.csv", "terminals.csv", "reasons.csv"}) {
    for (int i = 0; i < 4; ++i) edit(file, random);
    ingest(store);
    ASSERT_EQ(dump("store"), fresh()) << file;
  }
}

TEST_F(Reload, AFileThatComesOrGoesIsEvaluatedToo) {
  make_county("2026-03-20", 6, {"vehicle", "police"});
  const std::string store = config("store");
  ingest(store);
  for (const char* file : {"calendar.csv", "staff.csv"}) {
    const std::string text = test::read_file(county(std::string("reference/") + file));
    std::filesystem::remove(county(std::string("reference/") + file));
    ingest(store);
    ASSERT_EQ(dump("store"), fresh()) << file << " is gone";
    test::write_file(county(std::string("reference/") + file), text);
    ingest(store);
    ASSERT_EQ(dump("store"), fresh()) << file << " is back";
  }
}

TEST_F(Reload, OnlyTheDaysThatCanBeAffectedAreRead) {
  make_county("2026-03-31", 90, {"land"});
  rules_ = place_.path("rules");
  for (const char* rule : {"off-hours.yml", "on-leave.yml", "list-placeholders.yml"}) {
    test::write_file(rules_ + "/" + rule, test::read_file(std::string(TW_SOURCE_DIR) + "/config/rules/" + rule));
  }
  const std::string store = config("store");
  EXPECT_EQ(ingest(store), 0);
  const LocalDay first = on("2026-01-01"), changed = on("2026-01-20");
  // Nothing looks further than a month: that is how long an explained look-up explains others.
  const LocalDay last = changed.plus(32);

  Rows leave = read("leave.csv");
  const Dump before = dump("store");
  std::string officer;
  {
    store::Database database(place_.path("store") + "/trailwatch.db", store::Database::Mode::read);
    store::Statement rows(database,
                          "SELECT o.text FROM tally t JOIN word o ON o.id = t.officer WHERE t.rule=0 AND t.day=?");
    rows.bind(0, std::int64_t{changed.days});
    ASSERT_TRUE(rows.step());
    officer = rows.text(0);
  }
  std::vector<std::string> row(leave[0].size());
  row[0] = officer;
  row[1] = "2026-01-20T00:00";
  row[2] = "2026-01-20T23:59";
  leave.push_back(row);
  write("leave.csv", leave);
  EXPECT_EQ(ingest(store), count_events("store", first, last));
  EXPECT_GT(count_events("store", last.plus(1), on("2026-03-31")), 0);
  EXPECT_EQ(dump("store"), fresh());
  EXPECT_NE(of_day(dump("store"), changed), of_day(before, changed));

  // A row of somebody who looked nothing up, a comment's worth of change, and no change at all.
  row[0] = "NOBODY";
  leave.push_back(row);
  write("leave.csv", leave);
  EXPECT_EQ(ingest(store), 0);
  EXPECT_EQ(ingest(store), 0);
}

TEST_F(Reload, OlderDaysKeepTheirFindingsAndSaySo) {
  make_county("2026-03-20", 12, kAll);
  const std::string store = config("store", 4);
  ingest(store);
  const Dump before = dump("store");
  change_much();
  ingest(store);
  const Dump after = dump("store"), all = fresh();
  const LocalDay limit = on("2026-03-16");
  EXPECT_EQ(from_day(after, limit), from_day(all, limit));
  for (LocalDay day = on("2026-03-09"); day < limit; day = day.plus(1)) {
    EXPECT_EQ(of_day(after, day), of_day(before, day)) << format_day(day);
  }
  EXPECT_NE(of_day(all, limit.plus(-1)), of_day(before, limit.plus(-1)));
  {
    Process process(machine_, store);
    const Standing standing = read_standing(process.station->reader()).value();
    EXPECT_TRUE(standing.plan.empty());
    EXPECT_EQ(standing.current_from, limit);
    EXPECT_EQ(standing_lines(standing),
              std::vector<std::string>{"115/03/16以前各日依當時的參考資料評估，參考檔更換後未重新評估"});
  }
  // Rules are evaluated from the first day on, and bring all days up to date.
  rules_ = place_.path("rules");
  std::filesystem::copy(std::string(TW_SOURCE_DIR) + "/config/rules", rules_);
  test::write_file(rules_ + "/off-hours.yml", test::read_file(rules_ + "/off-hours.yml") + "\n# changed\n");
  ingest(config("store", 4));
  EXPECT_EQ(dump("store"), fresh());
  Process process(machine_, store);
  EXPECT_EQ(read_standing(process.station->reader())->current_from, std::nullopt);
}

TEST_F(Reload, IsVisibleDayByDayAndGoesOnAfterAKill) {
  make_county("2026-03-20", 9, kAll);
  ingest(config("store"));
  const Dump before = dump("store");
  change_much();
  const Dump after = fresh();
  ASSERT_NE(before, after);
  const std::string slices = config("store", 0, 1'500);
  std::set<LocalDay> done;
  int kills = 0;
  for (bool left = true; left; ++kills) {
    Process process(machine_, slices);
    ok(process.station->refresh());
    left = process.station->is_reevaluating();
    // Killed as soon as another day or two are there.
    const std::size_t known = done.size();
    while (process.station->is_reevaluating() && done.size() < known + 2) {
      ok(process.station->reevaluate_some());
      const Dump now = dump("store");
      for (LocalDay day = on("2026-03-12"); day <= on("2026-03-20"); day = day.plus(1)) {
        const bool is_new = of_day(now, day) == of_day(after, day);
        ASSERT_TRUE(is_new || of_day(now, day) == of_day(before, day)) << format_day(day) << " is half old";
        ASSERT_TRUE(is_new || done.count(day) == 0) << format_day(day) << " went back";
        if (is_new && of_day(before, day) != of_day(after, day)) done.insert(day);
      }
    }
  }
  EXPECT_GT(kills, 2);
  EXPECT_EQ(dump("store"), after);
}

TEST_F(Reload, RecordsThatComeInBetweenAreJudgedToo) {
  make_county("2026-03-20", 12, kAll);
  const std::vector<std::string> late = {"vehicle/mvr-query-20260310.jsonl", "police/plog-20260316.log",
                                         "vehicle/mvr-query-20260319.jsonl"};
  for (const std::string& file : late) {
    ASSERT_TRUE(std::filesystem::exists(county(file))) << file;
    std::filesystem::rename(county(file), place_.path(file.substr(file.find('/') + 1)));
  }
  ingest(config("store"));
  change_much();
  {
    Process process(machine_, config("store", 0, 900));
    Station& station = *process.station;
    ok(station.refresh());
    ASSERT_TRUE(station.is_reevaluating());
    std::size_t next = 0;
    for (int i = 0; station.is_reevaluating(); ++i) {
      if (i % 3 == 1 && next < late.size()) {
        const std::string& file = late[next++];
        std::filesystem::rename(place_.path(file.substr(file.find('/') + 1)), county(file));
        std::map<std::string, IntakeCounts> counts;
        ASSERT_TRUE(station.read_all(counts).has_value());
      }
      ok(station.reevaluate_some());
    }
    ASSERT_EQ(next, late.size());
    finish(station);
  }
  // Events have other numbers when they come in another order: the fresh store gets them in the same one.
  for (const std::string& file : late)
    std::filesystem::rename(county(file), place_.path(file.substr(file.find('/') + 1)));
  remove_store("fresh");
  ingest(config("fresh"));
  for (const std::string& file : late) {
    std::filesystem::rename(place_.path(file.substr(file.find('/') + 1)), county(file));
    ingest(config("fresh"));
  }
  EXPECT_EQ(dump("store"), dump("fresh"));
}

TEST_F(Reload, ABrokenFileLeavesTheLastGoodOneInForce) {
  make_county("2026-03-20", 5, {"vehicle", "police"});
  rules_ = place_.path("rules");
  std::filesystem::copy(std::string(TW_SOURCE_DIR) + "/config/rules", rules_);
  const std::string store = config("store");
  ingest(store);
  const Dump before = dump("store");
  const std::string staff = test::read_file(county("reference/staff.csv"));
  const std::string rule = test::read_file(rules_ + "/off-hours.yml");
  test::write_file(county("reference/staff.csv"), "");
  test::write_file(rules_ + "/off-hours.yml", "title: [\n");
  log_.lines.clear();
  EXPECT_EQ(ingest(store), 0);
  EXPECT_EQ(dump("store"), before);
  Process process(machine_, store);
  ok(process.station->refresh());
  std::vector<std::string> faults;
  for (const FileFault& fault : process.workplace.faults) faults.push_back(fault.text());
  ASSERT_GE(faults.size(), 4U);
  EXPECT_EQ(faults[0], "staff.csv 第 1 列：缺少欄位「officer」，本檔未採用（檔案是空的，請重新匯出）；沿用前一版");
  EXPECT_EQ(faults[3].substr(0, std::string("off-hours.yml 第 2 列").size()), "off-hours.yml 第 2 列");
  EXPECT_TRUE(std::count(log_.lines.begin(), log_.lines.end(), faults[0]) != 0);
  EXPECT_EQ(process.workplace.registry.problems().size(), 0U);
  EXPECT_TRUE(process.workplace.rules.find("off-hours").has_value());

  // Mended while running, and replaced by a good one.
  test::write_file(county("reference/staff.csv"), staff + "Z99999,新進,甲,乙\n");
  test::write_file(rules_ + "/off-hours.yml", rule);
  ok(process.station->offer(read_judgement_files(files_, process.workplace.config).value()));
  EXPECT_TRUE(process.workplace.faults.empty());
  EXPECT_NE(process.workplace.registry.officer("Z99999"), nullptr);
  ok(process.station->reevaluate());
  EXPECT_EQ(dump("store"), before);
}

TEST_F(Reload, WithoutAnyGoodRulesThereIsNoStart) {
  make_county("2026-03-20", 2, {"vehicle"});
  rules_ = place_.path("rules");
  test::write_file(rules_ + "/bad.yml", "title: [\n");
  Process process(machine_, config("store"));
  const Status done = process.station->refresh();
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, Errc::invalid);
}

TEST_F(Reload, OtherWorkingHoursAreNoticed) {
  make_county("2026-03-20", 5, {"vehicle"});
  const std::string store = config("store");
  ingest(store);
  const auto with_hours = [&](const std::string& path) {
    nlohmann::json changed = nlohmann::json::parse(test::read_file(path));
    changed["hours"] = {{"default", {"10:00", "15:00"}}};
    test::write_file(path, changed.dump());
    return path;
  };
  EXPECT_GT(ingest(with_hours(store)), 0);
  ingest(with_hours(config("fresh")));
  EXPECT_EQ(dump("store"), dump("fresh"));
}

}  // namespace
}  // namespace trailwatch::app
