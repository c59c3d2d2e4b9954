#include "store/verify_postings.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "store/posting_runs.h"

namespace trailwatch::store {

namespace {

struct Filed {
  PostingKind kind;
  const char* name;
  const char* key;  // the column of `event`
};
constexpr Filed kFiled[] = {{PostingKind::officer, "officer", "officer"},
                            {PostingKind::subject, "subject", "subject"},
                            {PostingKind::place, "unit", "place"},
                            {PostingKind::time, "time", "0"}};

bool is_earlier_event(const Posting& a, const Posting& b) {
  return std::tie(a.event, a.key, a.time) < std::tie(b.event, b.key, b.time);
}

// All runs of one kind against the rows.
class KindCheck {
 public:
  using Fault = std::function<void(std::string where, std::string what)>;
  KindCheck(Database& database, const Filed& filed, const std::set<std::int64_t>& told, const Fault& fault)
      : database_(database),
        filed_(filed),
        told_(told),
        fault_(fault),
        by_(std::string("the look-ups by ") + filed.name),
        rows_(database, (std::string("SELECT id, ") + filed.key + ", time FROM event WHERE id>=? AND id<=? AND " +
                         filed.key + " IS NOT NULL ORDER BY id")
                            .c_str()) {}

  void run() {
    std::int64_t next = INT64_MIN;
    for (const PostingRun& run : runs_of(database_, filed_.kind)) {
      if (run.last_event < next || run.last_event < run.first_event) {
        fault_(place_of(run), "it is about events that another run has, too");
        continue;
      }
      check(run, rows(next, run.last_event));
      if (run.last_event == INT64_MAX) return;
      next = run.last_event + 1;
    }
    for (const Posting& row : rows(next, INT64_MAX)) hidden(row);
  }

 private:
  std::string place_of(const PostingRun& run) const {
    return "posting run " + std::to_string(run.id) + " (by " + filed_.name + ")";
  }
  // In order of events.
  std::vector<Posting> rows(std::int64_t first, std::int64_t last) {
    std::vector<Posting> out;
    rows_.bind(0, first).bind(1, last);
    while (rows_.step()) out.push_back({rows_.number(1), rows_.number(2), rows_.number(0)});
    rows_.reset();
    return out;
  }
  void name(const Posting& posting, const std::string& what) {
    is_named_ = true;
    if (told_.count(posting.event) == 0) fault_("event " + std::to_string(posting.event), what);
  }
  void hidden(const Posting& row) { name(row, "is missing from " + by_); }

  bool is_stored(const PostingRun& run, const std::vector<PostingBlock>& blocks) {
    Statement stored(database_,
                     "SELECT key, time, event, block FROM posting_block WHERE run=? ORDER BY key, time, event");
    stored.bind(0, run.id);
    for (const PostingBlock& block : blocks) {
      if (!stored.step() || stored.text(3) != block.bytes ||
          !(Posting{stored.number(0), stored.number(1), stored.number(2)} == block.last))
        return false;
    }
    return !stored.step();
  }

  void check(const PostingRun& run, std::vector<Posting> rows) {
    std::vector<Posting> expected = rows;
    std::sort(expected.begin(), expected.end());
    const bool is_same = is_stored(run, pack_postings(expected));
    is_named_ = false;
    if (!is_same) compare(run, rows);
    if (is_named_) return;
    if (!is_same) return fault_(place_of(run), "its blocks are not those that its look-ups make");
    if (rows.empty()) return fault_(place_of(run), "it is about no event");
    const PostingRun made = describe(expected);
    if (made.first_event != run.first_event || made.last_event != run.last_event || made.first_time != run.first_time ||
        made.last_time != run.last_time || made.entries != run.entries)
      fault_(place_of(run), "its row does not say what its look-ups say");
  }

  // Both in order of events; one event can be filed twice.
  void compare(const PostingRun& run, const std::vector<Posting>& rows) {
    std::vector<Posting> found;
    try {
      found = read_run(database_, run.id);
    } catch (const SqliteFailure&) {
      is_named_ = true;
      return fault_(place_of(run), "a block of it does not read");
    }
    std::sort(found.begin(), found.end(), is_earlier_event);
    auto row = rows.begin();
    auto posting = found.begin();
    while (row != rows.end() || posting != found.end()) {
      if (posting == found.end() || (row != rows.end() && row->event < posting->event)) {
        hidden(*row++);
      } else if (row == rows.end() || posting->event < row->event) {
        name(*posting++, "stands in " + by_ + ", but has no row for it");
      } else {
        const std::int64_t event = row->event;
        bool is_there = false;
        std::size_t many = 0;
        for (; posting != found.end() && posting->event == event; ++posting, ++many)
          is_there = is_there || *posting == *row;
        if (!is_there) name(*row, "stands under something else in " + by_);
        if (is_there && many > 1) name(*row, "stands in " + by_ + " more than once");
        ++row;
      }
    }
  }

  Database& database_;
  const Filed& filed_;
  const std::set<std::int64_t>& told_;
  const Fault& fault_;
  const std::string by_;
  Statement rows_;
  bool is_named_ = false;  // in this run
};

}  // namespace

void check_postings(Database& database, const std::set<std::int64_t>& told,
                    const std::function<void(std::string where, std::string what)>& fault) {
  for (const Filed& filed : kFiled) KindCheck(database, filed, told, fault).run();
  Statement kinds(database, "SELECT id FROM posting_run WHERE kind NOT IN (1, 2, 3, 4)");
  while (kinds.step()) fault("posting run " + std::to_string(kinds.number(0)), "there is no such kind of look-up");
  Statement strays(database, "SELECT DISTINCT run FROM posting_block WHERE run NOT IN (SELECT id FROM posting_run)");
  while (strays.step()) fault("posting run " + std::to_string(strays.number(0)), "the row that names it is missing");
}

}  // namespace trailwatch::store
