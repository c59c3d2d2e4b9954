#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "app/catch_up.h"
#include "app/system.h"
#include "store/sqlite.h"
#include "support/fakes.h"
#include "support/program.h"
#include "trailwatch/base/csv.h"
#include "trailwatch/demo/county.h"

namespace trailwatch::app {

// One process on one store: everything that is between two starts.
class Process {
 public:
  Process(const Machine& machine, const std::string& config) {
    Result<Workplace> loaded = load_for_store(machine, config);
    EXPECT_TRUE(loaded.has_value()) << (loaded ? "" : loaded.error().text());
    workplace = *std::move(loaded);
    Result<std::unique_ptr<Station>> opened = Station::open(machine, workplace);
    EXPECT_TRUE(opened.has_value()) << (opened ? "" : opened.error().text());
    station = *std::move(opened);
  }
  Workplace workplace;
  std::unique_ptr<Station> station;
};

// A small county in a directory of its own, and stores that are made of it.
class ReplacedFiles : public testing::Test {
 protected:
  void make_county(const std::string& until, int days, const std::set<std::string>& sources) {
    demo::Options options;
    options.seed = 5;
    options.until = parse_day(until).value();
    options.days = days;
    const Status made = demo::make_county(options, [&](std::string_view path, std::string_view bytes) -> Status {
      const std::string source(path.substr(0, path.find('/')));
      if (sources.count(source) != 0 || source == "reference")
        test::write_file(county(std::string(path)), std::string(bytes));
      return Done{};
    });
    ASSERT_TRUE(made.has_value());
    sources_ = sources;
    rules_ = std::string(TW_SOURCE_DIR) + "/config/rules";
  }
  std::string county(const std::string& name) const { return place_.path("county/" + name); }

  // The configuration of a store of that name. All of them have one key, so that tokens are the same.
  std::string config(const std::string& store, std::int64_t days_back = 0, std::int64_t batch = 10'000) {
    static const std::map<std::string, std::string> kPatterns = {{"household", "HH_QLOG_*.csv"},
                                                                 {"vehicle", "mvr-query*.jsonl"},
                                                                 {"land", "地政查詢紀錄_*.csv"},
                                                                 {"police", "plog-*.log"}};
    const std::string shipped = std::string(TW_SOURCE_DIR) + "/config";
    nlohmann::json out = {{"state_dir", place_.path(store)},
                          {"reference_dir", county("reference")},
                          {"profiles_dir", shipped + "/profiles"},
                          {"rules_dir", rules_},
                          {"words_file", shipped + "/words.json"},
                          {"reevaluate_days", days_back},
                          {"records_per_batch", batch},
                          {"sources", nlohmann::json::array()}};
    for (const std::string& name : sources_) {
      out["sources"].push_back(
          {{"name", name}, {"profile", name}, {"directory", county(name)}, {"files", kPatterns.at(name)}});
    }
    const std::string path = place_.path(store + ".json");
    test::write_file(path, out.dump());
    const std::string key = place_.path(store) + "/keys/master.key";
    if (!std::filesystem::exists(key)) test::write_file(key, "trailwatch-key-v1 " + std::string(64, '7') + "\n");
    return path;
  }

  static void ok(const Status& status) { ASSERT_TRUE(status.has_value()) << (status ? "" : status.error().text()); }

  // Everything that `ingest` does.
  static void finish(Station& station) {
    std::map<std::string, IntakeCounts> counts;
    ASSERT_TRUE(station.read_all(counts).has_value());
    ok(station.correlate());
    ok(station.close_through(station.newest_day()->value()));
  }
  // Into this store; how many events were read for being judged again.
  std::int64_t ingest(const std::string& config) {
    Process process(machine_, config);
    ok(process.station->refresh());
    ok(process.station->reevaluate());
    finish(*process.station);
    return process.station->events_reevaluated();
  }

  // What the store says, a line a row: findings and alerts by day, then what was counted.
  using Dump = std::map<std::string, std::vector<std::string>>;
  Dump dump(const std::string& store) const {
    store::Database database(place_.path(store) + "/trailwatch.db", store::Database::Mode::read);
    Dump out;
    const auto add = [&](const char* kind, const char* sql, int columns) {
      store::Statement rows(database, sql);
      while (rows.step()) {
        std::string line;
        for (int i = 0; i < columns; ++i) line += std::string(rows.text(i)) + "|";
        out[kind].push_back(std::move(line));
      }
    };
    add("finding",
        "SELECT day, about, agency, name, rule, grp, first, last, count, points, sentence, numbers, hex(events) "
        "FROM finding ORDER BY 1, 2, 3, 4, 5, 6",
        13);
    add("alert", "SELECT day, id, score, severity, events, why, contributions, hex(evidence) FROM alert ORDER BY 1, 2",
        8);
    add("tally",
        "SELECT t.day, r.text, o.text, p.agency, p.unit, t.events FROM tally t LEFT JOIN word r ON r.id = t.rule "
        "JOIN word o ON o.id = t.officer JOIN place p ON p.id = t.place ORDER BY 1, 2, 3, 4, 5",
        6);
    add("match",
        "SELECT m.day, r.text, o.text, m.event FROM match m JOIN word r ON r.id = m.rule "
        "JOIN word o ON o.id = m.officer ORDER BY 1, 2, 3, 4",
        4);
    return out;
  }
  // The lines of one day, of findings and alerts alone.
  static std::vector<std::string> of_day(const Dump& dump, LocalDay day) {
    std::vector<std::string> out;
    const std::string start = std::to_string(day.days) + "|";
    for (const char* kind : {"finding", "alert"}) {
      const auto found = dump.find(kind);
      if (found == dump.end()) continue;
      for (const std::string& line : found->second) {
        if (line.compare(0, start.size(), start) == 0) out.push_back(line);
      }
    }
    return out;
  }
  static Dump from_day(const Dump& dump, LocalDay day) {
    Dump out;
    for (const auto& [kind, lines] : dump) {
      for (const std::string& line : lines) {
        if (std::stoi(line) >= day.days) out[kind].push_back(line);
      }
    }
    return out;
  }
  std::int64_t count_events(const std::string& store, LocalDay from, LocalDay until) const {
    store::Database database(place_.path(store) + "/trailwatch.db", store::Database::Mode::read);
    const Zone zone = Zone::find("Asia/Taipei").value();
    store::Statement rows(database, "SELECT COUNT(*) FROM event WHERE time>=? AND time<?");
    rows.bind(0, zone.start_of(from).micros).bind(1, zone.start_of(until.plus(1)).micros);
    return rows.step() ? rows.number(0) : -1;
  }

  using Rows = std::vector<std::vector<std::string>>;
  Rows read(const std::string& file) const {
    const CsvTable table = parse_csv(test::read_file(county("reference/" + file)));
    Rows out = {table.columns};
    for (const CsvTable::Row& row : table.rows) out.push_back(row.cells);
    return out;
  }
  void write(const std::string& file, const Rows& rows) const {
    std::string text;
    for (const std::vector<std::string>& row : rows) {
      for (std::size_t i = 0; i < row.size(); ++i) {
        std::string cell = row[i];
        for (std::size_t at = cell.find('"'); at != std::string::npos; at = cell.find('"', at + 2))
          cell.insert(at, "\"");
        text += (i == 0 ? "" : ",") + ("\"" + cell + "\"");
      }
      text += "\n";
    }
    test::write_file(county("reference/" + file), text);
  }
  // A row less, a row more, or a cell of one row in another.
  void edit(const std::string& file, std::mt19937_64& random) const {
    Rows rows = read(file);
    if (rows.size() < 3) return;
    const auto row = [&] { return 1 + random() % (rows.size() - 1); };
    std::vector<std::string> changed = rows[row()];
    const std::size_t at = random() % changed.size();
    changed[at] = rows[row()].at(at);
    switch (random() % 3) {
      case 0:
        rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(row()));
        break;
      case 1:
        rows.insert(rows.begin() + static_cast<std::ptrdiff_t>(row()), changed);
        break;
      default:
        rows[row()] = changed;
    }
    write(file, rows);
  }

  test::TemporaryDirectory place_;
  std::set<std::string> sources_;
  std::string rules_;
  SystemFiles files_;
  SystemRandom random_;
  test::FakeClock clock_{Instant{1'774'000'000'000'000}};
  test::MemoryLog log_;
  Machine machine_{files_, clock_, random_, log_};
};

}  // namespace trailwatch::app
