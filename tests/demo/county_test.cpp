#include "trailwatch/demo/county.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "demo/county_files.h"

namespace trailwatch::test {
namespace {

// A month of the county, made once.
const CountyFiles& month() {
  static const CountyFiles files = make_files(county_options(1, "2026-03-20", 30));
  return files;
}

std::vector<std::vector<std::string>> table(std::string_view text) {
  std::vector<std::vector<std::string>> rows;
  for (const std::string_view line : lines_of(text)) {
    std::vector<std::string> row;
    for (const std::string_view field : split(line, ',')) row.emplace_back(field);
    rows.push_back(std::move(row));
  }
  return rows;
}

int scenarios_on(const CountyFiles& files, const std::string& compact_day, const std::string& roc) {
  std::set<std::string> scenarios;
  for (const std::vector<std::string>& row : table(files.at("truth_events.csv"))) {
    const bool is_last = row[1] == "vehicle/mvr-query.jsonl" || row[1] == "police/plog-" + compact_day + ".log" ||
                         row[1].find("_" + roc + ".csv") != std::string::npos;
    if (is_last && starts_with(row[0], "D")) scenarios.insert(row[0]);
  }
  return static_cast<int>(scenarios.size());
}

TEST(County, SameOptionsGiveTheSameBytesOnEveryCompiler) {
  const CountyFiles files = make_files(county_options(7, "2026-03-04", 5));
  EXPECT_EQ(digest_of(files), digest_of(make_files(county_options(7, "2026-03-04", 5))));
  // When the generator is changed on purpose, this is what changes with it.
  EXPECT_EQ(digest_of(files), "02f0797a87daebbb3bf3186e0d9ff66fcd99398d231f9b5065634f4189434970");
}

TEST(County, AnotherSeedIsAnotherCounty) {
  const CountyFiles one = make_files(county_options(1, "2026-03-04", 2));
  const CountyFiles two = make_files(county_options(2, "2026-03-04", 2));
  for (const char* path : {"reference/staff.csv", "vehicle/mvr-query.jsonl", "police/plog-20260304.log", "truth.csv"}) {
    EXPECT_NE(one.at(path), two.at(path)) << path;
  }
}

TEST(County, HasTheFilesThatTheSourcesDeliver) {
  const CountyFiles files = make_files(county_options(1, "2026-03-03", 2));
  std::vector<std::string> paths;
  for (const auto& [path, bytes] : files) {
    if (!starts_with(path, "household/HH_QLOG_3769")) paths.push_back(path);
  }
  EXPECT_EQ(paths, (std::vector<std::string>{"household/HH_QLOG_99001010_1150302.csv",
                                             "household/HH_QLOG_99001010_1150303(1).csv",
                                             "household/HH_QLOG_99001010_1150303.csv",
                                             "household/HH_QLOG_99001020_1150302.csv",
                                             "household/HH_QLOG_99001020_1150303.csv",
                                             "household/HH_QLOG_99001030_1150302.csv",
                                             "household/HH_QLOG_99001030_1150303.csv",
                                             "household/HH_QLOG_99001040_1150302.csv",
                                             "household/HH_QLOG_99001040_1150303.csv",
                                             "land/地政查詢紀錄_1150302.csv",
                                             "land/地政查詢紀錄_1150303.csv",
                                             "police/plog-20260302.log",
                                             "police/plog-20260303.log",
                                             "reference/calendar.csv",
                                             "reference/cases.csv",
                                             "reference/leave.csv",
                                             "reference/protected.csv",
                                             "reference/reasons.csv",
                                             "reference/shifts.csv",
                                             "reference/staff.csv",
                                             "reference/terminals.csv",
                                             "reference/watchlist.csv",
                                             "truth.csv",
                                             "truth_events.csv",
                                             "vehicle/mvr-query-20260302.jsonl",
                                             "vehicle/mvr-query.jsonl"}));
  EXPECT_EQ(files.at("household/HH_QLOG_99001010_1150303.csv"), files.at("household/HH_QLOG_99001010_1150303(1).csv"));
}

TEST(County, HouseholdTrailersCountTheirRowsAndEveryByteIsCp950) {
  std::size_t user_defined = 0, rows_seen = 0, broken = 0;
  for (const auto& [path, bytes] : month()) {
    if (!starts_with(path, "household/")) continue;
    std::string text;
    const Decoded decoded = decode(bytes, Encoding::cp950, text);
    EXPECT_EQ(decoded.undecodable, 0U) << path;
    EXPECT_EQ(text.find('?'), std::string::npos) << path << " holds a character that the code page lacks";
    user_defined += decoded.user_defined;
    EXPECT_EQ(std::count(bytes.begin(), bytes.end(), '\n'), std::count(bytes.begin(), bytes.end(), '\r'));
    const auto rows = table(text);
    const std::string count = std::to_string(rows.size() - 2);
    EXPECT_EQ(rows.back(), (std::vector<std::string>{"總筆數", std::string(8 - count.size(), '0') + count})) << path;
    for (std::size_t i = 1; i + 1 < rows.size(); ++i) {
      ASSERT_EQ(rows[i].size(), 20U) << path << ":" << i + 1;
      EXPECT_EQ(rows[i][0], std::to_string(i));
      EXPECT_EQ(rows[i][1], between(path, "HH_QLOG_", "_"));
      if (path.find("_" + rows[i][7]) == std::string::npos) ++broken;
      ++rows_seen;
    }
  }
  EXPECT_GT(user_defined, 100U);
  EXPECT_GT(rows_seen, 5000U);
  EXPECT_EQ(broken, 1U);  // every other date is its file's day
  EXPECT_NE(month().at("household/HH_QLOG_99001010_1150318.csv").find("\xFA\x45"), std::string::npos);
}

TEST(County, EveryTimeLiesInItsFilesDay) {
  std::size_t elsewhere = 0, broken = 0;
  for (const auto& [path, bytes] : month()) {
    const bool is_police = starts_with(path, "police/");
    if (!is_police && !starts_with(path, "vehicle/")) continue;
    std::string day = is_police ? between(path, "plog-", ".") : between(path, "query-", ".");
    if (day.empty()) day = "20260320";
    for (const std::string_view line : lines_of(bytes)) {
      const std::string stamp = is_police ? between(line, "<134>1 ", " ") : between(line, "\"ts\":\"", "\"");
      const auto time = parse_rfc3339(stamp);
      if (!time) {
        ++broken;
        continue;
      }
      const std::string own = stamp.substr(0, 4) + stamp.substr(5, 2) + stamp.substr(8, 2);
      EXPECT_GE(own, "20260219");
      EXPECT_LE(own, "20260320");
      if (own != day) ++elsewhere;
    }
  }
  EXPECT_EQ(broken, 1U);      // the half-written last line
  EXPECT_EQ(elsewhere, 10U);  // five times two police messages came a day late
}

TEST(County, VehicleSequenceHasOneHoleAndAHalfWrittenEnd) {
  std::vector<std::string> paths;
  for (const auto& [path, bytes] : month()) {
    if (starts_with(path, "vehicle/")) paths.push_back(path);
  }
  // The map has the live file last, as time has.
  std::uint64_t before = 0, hole = 0;
  std::size_t repeated = 0;
  for (const std::string& path : paths) {
    const bool is_live = path == "vehicle/mvr-query.jsonl";
    EXPECT_EQ(month().at(path).back() == '\n', !is_live);
    for (const std::string_view line : lines_of(month().at(path))) {
      if (line.back() != '}') continue;
      const std::uint64_t seq = std::stoull(between(line, "\"seq\":", ","));
      if (seq == before) {
        ++repeated;
        continue;
      }
      EXPECT_GT(seq, before) << path;
      if (before != 0 && seq != before + 1) {
        EXPECT_EQ(hole, 0U) << path;
        hole = seq - before - 1;
      }
      before = seq;
    }
  }
  EXPECT_EQ(hole, 7U);
  EXPECT_GT(repeated, 0U);
  EXPECT_LE(repeated, 5U);
}

TEST(County, PoliceNumbersAreCompleteForEachHost) {
  std::map<std::string, std::multiset<std::uint64_t>> seen;
  for (const auto& [path, bytes] : month()) {
    if (!starts_with(path, "police/")) continue;
    for (const std::string_view line : lines_of(bytes)) {
      const std::string rows = between(line, " rows=\"", "\"");
      if (!rows.empty()) seen[between(line, "+08:00 ", " ")].insert(std::stoull(between(line, " sn=\"", "\"")));
    }
  }
  ASSERT_EQ(seen.size(), 2U);
  for (const auto& [host, numbers] : seen) {
    const std::set<std::uint64_t> distinct(numbers.begin(), numbers.end());
    EXPECT_EQ(*distinct.rbegin() - *distinct.begin() + 1, distinct.size()) << host;
    EXPECT_LE(numbers.size() - distinct.size(), 5U) << host;
  }
}

TEST(County, LandRecordsLieInTheirDayAndHoldQuotesAndLineBreaks) {
  std::size_t breaks = 0, records = 0, broken = 0;
  for (const auto& [path, bytes] : month()) {
    if (!starts_with(path, "land/")) continue;
    EXPECT_TRUE(starts_with(bytes, "\xEF\xBB\xBF流水號,")) << path;
    EXPECT_EQ(bytes.find('\r'), std::string::npos);
    EXPECT_TRUE(is_utf8(bytes));
    const std::string roc = between(path, "紀錄_", ".");
    const std::string day = "," + roc.substr(0, 3) + "/" + roc.substr(3, 2) + "/" + roc.substr(5, 2) + " ";
    for (const std::string_view line : lines_of(bytes)) {
      if (starts_with(line, "（補正通知\"\"第2次\"\"後續審查）\",")) {
        ++breaks;
      } else if (line[0] >= '1' && line[0] <= '9') {
        const std::string hour = between(line, day, ":");
        if (hour.size() != 2 || hour > "23") ++broken;
        ++records;
      }
    }
  }
  EXPECT_GT(records, 5000U);
  EXPECT_EQ(broken, 1U);  // every other time lies in its file's day
  EXPECT_GT(breaks, 5U);
}

TEST(County, TruthNamesLinesThatBelongToItsOfficers) {
  std::map<std::string, std::vector<std::string>> truth;
  for (std::vector<std::string>& row : table(month().at("truth.csv"))) truth[row[0]] = row;
  std::map<std::string, int> events;
  for (const std::vector<std::string>& row : table(month().at("truth_events.csv"))) {
    if (row[0] == "scenario") continue;
    const std::string& bytes = month().at(row[1]);
    std::string text = bytes;
    if (starts_with(row[1], "household/")) {
      text.clear();
      decode(bytes, Encoding::cp950, text);
    }
    const auto lines = lines_of(text);
    const std::size_t line = std::stoul(row[2]);
    ASSERT_LE(line, lines.size()) << row[1];
    const std::string officer = truth.at(row[0])[2].substr(0, 6);
    EXPECT_NE(lines[line - 1].find(officer), std::string_view::npos) << row[0] << " " << row[1] << ":" << line;
    ++events[row[0]];
  }
  for (const auto& [scenario, row] : truth) {
    if (scenario == "scenario") continue;
    EXPECT_EQ(row[5], std::to_string(events[scenario])) << scenario;
  }
}

TEST(County, HidesEveryKindOfMisuseTwice) {
  std::map<std::string, int> kinds;
  for (const std::vector<std::string>& row : table(month().at("truth.csv"))) ++kinds[row[1]];
  kinds.erase("kind");
  EXPECT_EQ(kinds, (std::map<std::string, int>{{"off_hours_snoop", 2},
                                               {"empty_reason", 2},
                                               {"loan_shark_list", 2},
                                               {"stalking", 2},
                                               {"borrowed_account", 2},
                                               {"reason_recycling", 2},
                                               {"volume", 2},
                                               {"record_removal", 1},
                                               {"malformed", 4}}));
}

TEST(County, TheLastDayHasSomethingToTellWhateverDayItIs) {
  // Friday, Sunday, a holiday, a month's first day.
  EXPECT_EQ(scenarios_on(month(), "20260320", "1150320"), 5);
  EXPECT_GE(scenarios_on(make_files(county_options(1, "2026-03-22", 12)), "20260322", "1150322"), 4);
  EXPECT_GE(scenarios_on(make_files(county_options(1, "2026-05-01", 12)), "20260501", "1150501"), 4);
  EXPECT_GE(scenarios_on(make_files(county_options(1, "2026-06-01", 12)), "20260601", "1150601"), 4);
}

TEST(County, EventsUseKnownCasesAndTerminals) {
  std::set<std::string> cases, terminals;
  for (const auto& row : table(month().at("reference/cases.csv"))) cases.insert(row[0]);
  for (const auto& row : table(month().at("reference/terminals.csv"))) terminals.insert(row[0]);
  for (const auto& [path, bytes] : month()) {
    if (!starts_with(path, "police/")) continue;
    for (const std::string_view line : lines_of(bytes)) {
      if (between(line, " rows=\"", "\"").empty()) continue;
      const std::string number = between(line, " case=\"", "\"");
      EXPECT_TRUE(number.empty() || cases.contains(number)) << line;
      EXPECT_TRUE(terminals.contains(between(line, " ip=\"", "\""))) << line;
    }
  }
}

TEST(County, WorksOverTheEndOfAYear) {
  const CountyFiles files = make_files(county_options(3, "2027-01-01", 3));
  EXPECT_TRUE(files.contains("household/HH_QLOG_99001010_1151230.csv"));
  EXPECT_TRUE(files.contains("household/HH_QLOG_99001010_1160101.csv"));
  const auto days = lines_of(files.at("reference/calendar.csv"));
  ASSERT_EQ(days.size(), 1U + 365 + 365);
  EXPECT_EQ(days[1], "20260101,四,2,開國紀念日");
  EXPECT_EQ(days.back(), "20271231,五,0,");
}

TEST(County, OneDayIsEnough) {
  for (const char* day : {"2024-02-29", "2026-03-01", "2026-12-31"}) {
    const CountyFiles files = make_files(county_options(5, day, 1));
    EXPECT_TRUE(files.contains("vehicle/mvr-query.jsonl"));
    EXPECT_GE(table(files.at("truth.csv")).size(), 4U) << day;
  }
}

TEST(County, MoreOfficersOnDemand) {
  demo::Options options = county_options(1, "2026-03-04", 1);
  EXPECT_EQ(lines_of(make_files(options).at("reference/staff.csv")).size(), 1U + 120 + 2);
  options.officers_scale = 3;
  EXPECT_EQ(lines_of(make_files(options).at("reference/staff.csv")).size(), 1U + 360 + 2);
}

TEST(County, RefusesOptionsThatMakeNoSense) {
  const auto fails = [](const demo::Options& options) {
    const Status status =
        demo::make_county(options, [](std::string_view, std::string_view) -> Status { return Done{}; });
    return !status && status.error().code == Errc::invalid;
  };
  demo::Options good = county_options(1, "2026-03-04", 1), bad = good;
  EXPECT_FALSE(fails(good));
  bad.days = 0;
  EXPECT_TRUE(fails(bad));
  bad = good;
  bad.officers_scale = 21;
  EXPECT_TRUE(fails(bad));
  for (const std::int32_t day : {INT32_MIN, INT32_MAX, -30'000}) {
    bad = good;
    bad.until = LocalDay{day};
    EXPECT_TRUE(fails(bad)) << day;
  }
}

TEST(County, AFailedWriteEndsTheRun) {
  int writes = 0;
  const Status status =
      demo::make_county(county_options(1, "2026-03-04", 3), [&](std::string_view, std::string_view) -> Status {
        if (++writes == 4) return Error{Errc::unavailable, "disk full", "", {}};
        return Done{};
      });
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().message, "disk full");
  EXPECT_EQ(writes, 4);
}

}  // namespace
}  // namespace trailwatch::test
