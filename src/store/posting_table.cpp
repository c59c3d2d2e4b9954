#include "store/posting_table.h"

#include <sqlite3.h>

#include <limits>
#include <new>
#include <optional>

#include "store/posting_cursor.h"
#include "store/postings.h"

namespace trailwatch::store {

namespace {

// The columns as they are declared; the last four are the arguments.
enum Column : int { kTime, kEvent, kKind, kKey, kSince, kBefore };
constexpr const char* kDeclaration =
    "CREATE TABLE x(time, event, kind HIDDEN, key HIDDEN, since HIDDEN, before HIDDEN)";
constexpr int kArguments = 4;
// A look-up costs less than going through any table.
constexpr double kCost = 50.0;
constexpr sqlite3_int64 kRows = 25;

struct Table : sqlite3_vtab {
  Postings* postings = nullptr;
};
struct Cursor : sqlite3_vtab_cursor {
  std::optional<PostingCursor> postings;
};

int told(sqlite3_vtab* table, int code, const char* what) {
  sqlite3_free(table->zErrMsg);
  table->zErrMsg = sqlite3_mprintf("%s", what);
  return code;
}

// Nothing is thrown through SQLite.
template <typename F>
int guarded(sqlite3_vtab* table, F&& body) {
  try {
    body();
    return SQLITE_OK;
  } catch (const SqliteFailure& failure) {
    return told(table, failure.code(), failure.what());
  } catch (const std::bad_alloc&) {
    return SQLITE_NOMEM;
  }
}

int connect(sqlite3* database, void* postings, int, const char* const*, sqlite3_vtab** out, char**) {
  if (const int code = sqlite3_declare_vtab(database, kDeclaration); code != SQLITE_OK) return code;
  auto* const table = new (std::nothrow) Table;
  if (table == nullptr) return SQLITE_NOMEM;
  table->postings = static_cast<Postings*>(postings);
  *out = table;
  return SQLITE_OK;
}

int disconnect(sqlite3_vtab* table) {
  delete static_cast<Table*>(table);
  return SQLITE_OK;
}

// Kind and key must be given; idxNum says which arguments are, in order of the columns.
int best_index(sqlite3_vtab*, sqlite3_index_info* info) {
  int found[kArguments] = {-1, -1, -1, -1};
  for (int i = 0; i < info->nConstraint; ++i) {
    const auto& constraint = info->aConstraint[i];
    if (constraint.iColumn < kKind || constraint.op != SQLITE_INDEX_CONSTRAINT_EQ) continue;
    if (constraint.usable == 0) return SQLITE_CONSTRAINT;
    found[constraint.iColumn - kKind] = i;
  }
  if (found[0] < 0 || found[1] < 0) return SQLITE_CONSTRAINT;
  int arguments = 0;
  for (int i = 0; i < kArguments; ++i) {
    if (found[i] < 0) continue;
    info->aConstraintUsage[found[i]].argvIndex = ++arguments;
    info->aConstraintUsage[found[i]].omit = 1;
    info->idxNum |= 1 << i;
  }
  const auto is_by = [&](int at, int column) {
    return info->aOrderBy[at].iColumn == column && info->aOrderBy[at].desc == 0;
  };
  if ((info->nOrderBy == 1 && is_by(0, kTime)) || (info->nOrderBy == 2 && is_by(0, kTime) && is_by(1, kEvent)))
    info->orderByConsumed = 1;
  info->estimatedCost = kCost;
  info->estimatedRows = kRows;
  return SQLITE_OK;
}

int open(sqlite3_vtab*, sqlite3_vtab_cursor** out) {
  *out = new (std::nothrow) Cursor;
  return *out == nullptr ? SQLITE_NOMEM : SQLITE_OK;
}

int close(sqlite3_vtab_cursor* cursor) {
  delete static_cast<Cursor*>(cursor);
  return SQLITE_OK;
}

int filter(sqlite3_vtab_cursor* cursor, int given, const char*, int, sqlite3_value** values) {
  return guarded(cursor->pVtab, [&] {
    PostingCursor::Range range;
    range.since = std::numeric_limits<std::int64_t>::min();
    range.before = std::numeric_limits<std::int64_t>::max();
    const auto take = [&](int argument, std::int64_t& into) {
      if ((given & 1 << argument) == 0) return;
      if (sqlite3_value_type(*values) != SQLITE_NULL) into = sqlite3_value_int64(*values);
      ++values;
    };
    std::int64_t kind = 0;
    take(0, kind);
    take(1, range.key);
    take(2, range.since);
    take(3, range.before);
    auto& postings = static_cast<Cursor*>(cursor)->postings;
    postings.reset();
    if (kind < static_cast<std::int64_t>(kPostingKinds.front()) ||
        kind > static_cast<std::int64_t>(kPostingKinds.back()))
      return;
    range.kind = static_cast<PostingKind>(kind);
    Postings& all = *static_cast<Table*>(cursor->pVtab)->postings;
    postings.emplace(all.database(), range, all.pending(range.kind));
  });
}

int next(sqlite3_vtab_cursor* cursor) {
  return guarded(cursor->pVtab, [&] { static_cast<Cursor*>(cursor)->postings->next(); });
}

int is_at_end(sqlite3_vtab_cursor* cursor) {
  const auto& postings = static_cast<Cursor*>(cursor)->postings;
  return !postings || postings->at_end() ? 1 : 0;
}

int column(sqlite3_vtab_cursor* cursor, sqlite3_context* context, int number) {
  const Posting& now = static_cast<Cursor*>(cursor)->postings->now();
  if (number == kTime) sqlite3_result_int64(context, now.time);
  if (number == kEvent) sqlite3_result_int64(context, now.event);
  return SQLITE_OK;
}

int row_id(sqlite3_vtab_cursor* cursor, sqlite3_int64* id) {
  *id = static_cast<Cursor*>(cursor)->postings->now().event;
  return SQLITE_OK;
}

// Without `xCreate` it can't be made a table by name: it is there, and only as a function.
sqlite3_module module_of() {
  sqlite3_module module = {};
  module.xConnect = connect;
  module.xBestIndex = best_index;
  module.xDisconnect = disconnect;
  module.xOpen = open;
  module.xClose = close;
  module.xFilter = filter;
  module.xNext = next;
  module.xEof = is_at_end;
  module.xColumn = column;
  module.xRowid = row_id;
  return module;
}

}  // namespace

void register_posting_table(Postings& postings) {
  static const sqlite3_module kModule = module_of();
  sqlite3* const handle = postings.database().handle();
  const int code = sqlite3_create_module(handle, "posting", &kModule, &postings);
  if (code != SQLITE_OK) throw SqliteFailure(code, sqlite3_errmsg(handle));
}

}  // namespace trailwatch::store
