// One bit of the database turns over. Whatever changes what the store says of what was sealed must be found.
#include <filesystem>

#include "store/sqlite.h"
#include "support/program.h"
#include "torture/harness.h"
#include "torture/random.h"

namespace trailwatch::torture {

namespace {

// What the tree vouches for (docs/evidence.md), row by row.
std::string sealed_rows(const std::string& path) {
  std::string out;
  try {
    store::Database database(path, store::Database::Mode::read);
    for (const char* table : {"event",           "word",     "place",  "identity",     "scope",       "clash",
                              "quarantine",      "file",     "intake", "batch",        "leaf",        "tile",
                              "own_record",      "note",     "ledger", "decision",     "suppression", "suppression_end",
                              "sampling_answer", "exported", "report", "month_secret", "shelf"}) {
      store::Statement row(database, (std::string("SELECT * FROM ") + table).c_str());
      out += std::string(table) + "\n";
      while (row.step()) {
        for (int column = 0; column < row.columns(); ++column) {
          out += (row.is_null(column) ? "-" : "+") + std::string(row.text(column)) + "\x1f";
        }
        out.push_back('\n');
      }
    }
  } catch (const store::SqliteFailure& failure) {
    out = failure.what();
  }
  return out;
}

}  // namespace

Report run_flips(const Pipeline& pipeline, const Task& task, std::uint64_t cases) {
  const std::size_t last = pipeline.steps().size() - 1;
  const std::string place = pipeline.make_place("flip", last, true), state = Pipeline::home(place) + "/state";
  const std::string path = state + "/trailwatch.db";
  // All in one file.
  store::Database(path, store::Database::Mode::write).execute("PRAGMA wal_checkpoint(TRUNCATE)");
  const std::string whole = test::read_file(path), before = sealed_rows(path);
  return for_each_case(task, cases, [&](std::uint64_t number, Report& report) -> std::string {
    Draw draw(task.seed, "flips", number);
    std::string damaged = whole;
    const std::size_t at = draw.below(damaged.size());
    const auto bit = static_cast<char>(1U << draw.below(8));
    damaged[at] = static_cast<char>(damaged[at] ^ bit);
    for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(path + suffix);
    test::write_file(path, damaged);
    bool is_changed = false;
    const std::string found = in_a_child([&]() -> std::string {
      const std::string wrong = verify(state, pipeline.log_key(), {}, false);
      return (sealed_rows(path) == before ? "=" : "!") + wrong;
    });
    is_changed = found.empty() || found[0] != '=';
    const bool is_found = found.size() != 1;
    ++report.tallies[is_changed ? "changed what was sealed" : "changed nothing that was sealed"];
    if (is_found) ++report.tallies["found"];
    return !is_changed || is_found ? "" : "byte " + std::to_string(at) + " went unnoticed";
  });
}

}  // namespace trailwatch::torture
