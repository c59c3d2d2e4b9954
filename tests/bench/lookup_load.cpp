// Measures look-ups in a store: postings against the B-trees that earlier schemas had.
//
//   lookup_load COPY.db [PROBES]
//
// COPY is a copy of a store's database (or one that nobody uses): the indexes are made in it, so that both answer from
// the same rows in one run, in turns. Asked are the numbers of the look-ups of an officer in a week, of a subject at
// any time, and of a unit in a day; both sides must name the same. Times are microseconds of one question, with the
// pages in the cache.
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "store/postings.h"
#include "store/schema.h"
#include "store/sqlite.h"

namespace {

using namespace trailwatch::store;

constexpr std::int64_t kDay = 86'400'000'000;

struct Question {
  const char* what;
  PostingKind kind;
  const char* column;
  std::int64_t span;  // 0: any time
};
constexpr Question kQuestions[] = {{"officer, a week", PostingKind::officer, "officer", 7 * kDay},
                                   {"subject, any time", PostingKind::subject, "subject", 0},
                                   {"unit, a day", PostingKind::place, "place", kDay}};

// Micros that it took; adds the events' numbers.
double ask(Statement& rows, std::vector<std::int64_t>& found) {
  const auto began = std::chrono::steady_clock::now();
  while (rows.step()) found.push_back(rows.number(0));
  rows.reset();
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - began).count();
}

void show(const char* what, const char* by, std::vector<double>& micros) {
  std::sort(micros.begin(), micros.end());
  double sum = 0;
  for (const double one : micros) sum += one;
  const auto at = [&](double share) { return micros[static_cast<std::size_t>(share * double(micros.size() - 1))]; };
  std::printf("| %s | %s | %.0f | %.0f | %.0f | %.0f |\n", what, by, sum / double(micros.size()), at(0.5), at(0.99),
              at(1));
}

bool run(Database& database, const Question& question, int probes) {
  const std::string column = question.column;
  Statement by_postings(database, "SELECT event FROM posting(?, ?, ?, ?) ORDER BY time, event");
  Statement by_index(database,
                     ("SELECT id FROM event WHERE " + column + "=? AND time>=? AND time<? ORDER BY time, id").c_str());
  Statement pick(database,
                 ("SELECT " + column + ", time FROM event WHERE id>=? AND " + column + " IS NOT NULL LIMIT 1").c_str());
  const std::int64_t last = database.number("SELECT MAX(id) FROM event");
  std::vector<double> postings, index;
  std::uint64_t state = 20'261'124;
  std::size_t rows = 0;
  for (int i = 0; i < probes; ++i) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    pick.bind(0, static_cast<std::int64_t>((state >> 16U) % static_cast<std::uint64_t>(last)) + 1);
    if (!pick.step()) return false;
    const std::int64_t key = pick.number(0), time = pick.number(1);
    pick.reset();
    const std::int64_t since = question.span == 0 ? 0 : time - question.span / 2;
    const std::int64_t before = question.span == 0 ? INT64_MAX : time + question.span / 2;
    std::vector<std::int64_t> one, other;
    by_postings.bind(0, static_cast<std::int64_t>(question.kind)).bind(1, key).bind(2, since).bind(3, before);
    by_index.bind(0, key).bind(1, since).bind(2, before);
    // In turns, and each first once to have the pages.
    for (int turn = 0; turn < 2; ++turn) {
      one.clear();
      other.clear();
      const double a = ask(by_postings, one), b = ask(by_index, other);
      if (turn == 0) continue;
      postings.push_back(a);
      index.push_back(b);
    }
    if (one != other) return false;
    rows += one.size();
  }
  show(question.what, "postings", postings);
  show(question.what, "B-tree", index);
  std::printf("    %.1f look-ups an answer\n", double(rows) / probes);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "lookup_load COPY.db [PROBES]\n");
    return 64;
  }
  Database database(argv[1], Database::Mode::write);
  require_schema(database);
  Postings postings(database);
  database.execute(
      "CREATE INDEX IF NOT EXISTS event_officer ON event(officer, time);"
      "CREATE INDEX IF NOT EXISTS event_subject ON event(subject, time) WHERE subject IS NOT NULL;"
      "CREATE INDEX IF NOT EXISTS event_place ON event(place, time);");
  for (const PostingKind kind : kPostingKinds) {
    Statement runs(database, "SELECT COUNT(*), SUM(entries) FROM posting_run WHERE kind=?");
    runs.bind(0, static_cast<std::int64_t>(kind)).step();
    std::printf("kind %d: %lld runs, %lld postings\n", static_cast<int>(kind), static_cast<long long>(runs.number(0)),
                static_cast<long long>(runs.number(1)));
  }
  std::printf("| question | by | mean | p50 | p99 | longest |\n| --- | --- | --- | --- | --- | --- |\n");
  for (const Question& question : kQuestions) {
    if (!run(database, question, argc > 2 ? std::atoi(argv[2]) : 1'000)) {
      std::fprintf(stderr, "%s: the answers differ\n", question.what);
      return 1;
    }
  }
  return 0;
}
