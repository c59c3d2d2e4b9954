#include "trailwatch/store/copy.h"

#include <sqlite3.h>

#include <memory>

#include "store/sqlite.h"

namespace trailwatch::store {

namespace {

constexpr int kPagesPerStep = 4096;

struct Close {
  void operator()(sqlite3* handle) const { sqlite3_close(handle); }
};

[[noreturn]] void fail(sqlite3* handle) {
  throw SqliteFailure(sqlite3_extended_errcode(handle), sqlite3_errmsg(handle));
}

void execute(sqlite3* handle, const char* sql) {
  if (sqlite3_exec(handle, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail(handle);
}

std::int64_t pages_of(sqlite3* handle) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(handle, "PRAGMA page_count", -1, &statement, nullptr) != SQLITE_OK) fail(handle);
  const std::int64_t pages = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;
  sqlite3_finalize(statement);
  return pages;
}

void copy(Database& source, sqlite3* target, const CopyProgress& progress) {
  // A read transaction holds the moment: without it every commit of the writer would start the copy anew.
  source.execute("BEGIN");
  source.number("SELECT COUNT(*) FROM sqlite_schema");
  sqlite3_backup* const backup = sqlite3_backup_init(target, "main", source.handle(), "main");
  if (backup == nullptr) fail(target);
  int code = SQLITE_OK;
  while (code == SQLITE_OK) {
    code = sqlite3_backup_step(backup, kPagesPerStep);
    const std::int64_t all = sqlite3_backup_pagecount(backup);
    if (progress) progress(all - sqlite3_backup_remaining(backup), all);
  }
  sqlite3_backup_finish(backup);
  source.execute("COMMIT");
  if (code != SQLITE_DONE) throw SqliteFailure(code, sqlite3_errstr(code));
}

}  // namespace

Status copy_store(const std::string& from, const std::string& to, const CopyProgress& progress) {
  try {
    Database source(from, Database::Mode::read);
    sqlite3* handle = nullptr;
    const int opened = sqlite3_open_v2(to.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
    const std::unique_ptr<sqlite3, Close> target(handle);
    if (opened != SQLITE_OK) throw SqliteFailure(opened, sqlite3_errstr(opened));
    if (pages_of(handle) != 0) {
      return Error{Errc::conflict, "there is a file of that name already", "give another directory", {to}};
    }
    execute(handle, "PRAGMA synchronous=FULL");
    copy(source, handle, progress);
    // One file that holds everything, with nothing beside it.
    execute(handle, "PRAGMA journal_mode=DELETE");
    return Done{};
  } catch (const SqliteFailure& failure) {
    return failure.to_error();
  }
}

}  // namespace trailwatch::store
