#include "store/sqlite.h"

#include <sqlite3.h>

#include <utility>

#include "trailwatch/base/check.h"
#include "trailwatch/base/plant.h"
#include "trailwatch/store/live.h"

namespace trailwatch::store {

namespace {

constexpr const char* kNoSpace = "the disk is full; nothing acknowledged is lost, free some space and start again";

// Keeps the pages of the newest days of every index at hand; SQLite's own default of 2 MiB costs twice the CPU.
constexpr const char* kWriteSettings =
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=FULL;"
    "PRAGMA foreign_keys=ON;"
    "PRAGMA trusted_schema=OFF;"
    "PRAGMA cell_size_check=ON;"
    "PRAGMA mmap_size=0;"
    "PRAGMA secure_delete=ON;"
    "PRAGMA temp_store=MEMORY;"
    "PRAGMA cache_size=-262144;"
    "PRAGMA wal_autocheckpoint=16000;";
constexpr const char* kReadSettings =
    "PRAGMA query_only=ON;"
    "PRAGMA trusted_schema=OFF;"
    "PRAGMA cell_size_check=ON;"
    "PRAGMA mmap_size=0;"
    "PRAGMA temp_store=MEMORY;"
    "PRAGMA cache_size=-32768;";
constexpr std::size_t kIdleMax = 128;

[[noreturn]] void fail(sqlite3* handle, int code) {
  throw SqliteFailure(handle == nullptr ? code : sqlite3_extended_errcode(handle),
                      handle == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle));
}

}  // namespace

bool is_for_want_of_space(const Error& error) {
  return error.hint == kNoSpace;
}

Error SqliteFailure::to_error() const {
  const int primary = code_ & 0xFF;
  Error error{
      Errc::unavailable, std::string("the database said: ") + what() + " (" + std::to_string(code_) + ")", "", {}};
  if (primary == SQLITE_FULL) error.hint = kNoSpace;
  if (primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB) {
    error.code = Errc::corrupt;
    error.hint = "stop, copy the file away and restore the last backup";
  }
  if (primary == SQLITE_BUSY) {
    error.code = Errc::conflict;
    error.hint = "another trailwatch is writing to this store; only one may";
  }
  if (primary == SQLITE_IOERR)
    error.hint = "the disk failed or is full; nothing acknowledged is lost, see to it and start again";
  if (primary == SQLITE_SCHEMA) error.code = Errc::unsupported;
  if (primary == SQLITE_CANTOPEN) error.hint = "does the directory exist, and may this user write to it?";
  return error;
}

Database::Database(const std::string& path, Mode mode) {
  const int flags = mode == Mode::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  const int code = sqlite3_open_v2(path.c_str(), &handle_, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW, nullptr);
  try {
    if (code != SQLITE_OK) fail(handle_, code);
    sqlite3_extended_result_codes(handle_, 1);
    sqlite3_busy_timeout(handle_, kBusyMillis);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    if (mode == Mode::read) sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    execute(mode == Mode::write ? kWriteSettings : kReadSettings);
    if (TW_PLANT("no-sync")) execute("PRAGMA synchronous=OFF");
    if (TW_PLANT("sync-only-at-checkpoints")) execute("PRAGMA synchronous=NORMAL");
  } catch (...) {
    sqlite3_close_v2(handle_);
    throw;
  }
}

Database::~Database() {
  for (const auto& [sql, statement] : idle_) sqlite3_finalize(statement);
  sqlite3_close_v2(handle_);
}

sqlite3_stmt* Database::take_idle(const char* sql) {
  const auto found = idle_.find(sql);
  if (found == idle_.end()) return nullptr;
  sqlite3_stmt* const statement = found->second;
  idle_.erase(found);
  return statement;
}

void Database::give_back(sqlite3_stmt* statement) {
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  if (idle_.size() < kIdleMax) {
    idle_.emplace(sqlite3_sql(statement), statement);
  } else {
    sqlite3_finalize(statement);
  }
}

void Database::execute(const char* sql) {
  const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(handle_, code);
}

std::int64_t Database::number(const char* sql) {
  Statement statement(*this, sql);
  return statement.step() ? statement.number(0) : 0;
}

int Database::changes() const {
  return sqlite3_changes(handle_);
}

Statement::Statement(Database& database, const char* sql) : database_(database), handle_(database.take_idle(sql)) {
  if (handle_ != nullptr) return;
  const int code = sqlite3_prepare_v3(database.handle(), sql, -1, SQLITE_PREPARE_PERSISTENT, &handle_, nullptr);
  if (code != SQLITE_OK) fail(database.handle(), code);
}
Statement::~Statement() {
  if (handle_ != nullptr) database_.give_back(handle_);
}
Statement::Statement(Statement&& other) noexcept
    : database_(other.database_), handle_(std::exchange(other.handle_, nullptr)) {}

Statement& Statement::bind(int at, std::int64_t value) {
  TW_CHECK(sqlite3_bind_int64(handle_, at + 1, value) == SQLITE_OK);
  return *this;
}
Statement& Statement::bind(int at, double value) {
  TW_CHECK(sqlite3_bind_double(handle_, at + 1, value) == SQLITE_OK);
  return *this;
}
Statement& Statement::bind(int at, std::string_view text) {
  const char* data = text.data() == nullptr ? "" : text.data();
  TW_CHECK(sqlite3_bind_text(handle_, at + 1, data, static_cast<int>(text.size()), SQLITE_STATIC) == SQLITE_OK);
  return *this;
}
Statement& Statement::bind_bytes(int at, std::string_view bytes) {
  const char* data = bytes.data() == nullptr ? "" : bytes.data();
  TW_CHECK(sqlite3_bind_blob(handle_, at + 1, data, static_cast<int>(bytes.size()), SQLITE_STATIC) == SQLITE_OK);
  return *this;
}
Statement& Statement::bind_null(int at) {
  TW_CHECK(sqlite3_bind_null(handle_, at + 1) == SQLITE_OK);
  return *this;
}
Statement& Statement::bind(int at, const std::optional<std::int64_t>& value) {
  return value ? bind(at, *value) : bind_null(at);
}

bool Statement::step() {
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  const SqliteFailure failure(sqlite3_extended_errcode(database_.handle()), sqlite3_errmsg(database_.handle()));
  sqlite3_reset(handle_);
  throw failure;
}

void Statement::reset() {
  sqlite3_reset(handle_);
}

void Statement::run() {
  step();
  reset();
}

std::int64_t Statement::number(int column) const {
  return sqlite3_column_int64(handle_, column);
}
double Statement::real(int column) const {
  return sqlite3_column_double(handle_, column);
}
int Statement::columns() const {
  return sqlite3_column_count(handle_);
}
bool Statement::is_null(int column) const {
  return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}
std::string_view Statement::text(int column) const {
  const void* data = sqlite3_column_blob(handle_, column);
  const int size = sqlite3_column_bytes(handle_, column);
  return data == nullptr ? std::string_view{}
                         : std::string_view(static_cast<const char*>(data), static_cast<std::size_t>(size));
}

Scope::Scope(Database& database) : database_(database) {
  database_.execute("BEGIN IMMEDIATE");
}
Scope::~Scope() {
  if (open_ && sqlite3_get_autocommit(database_.handle()) == 0) {
    sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
}
void Scope::commit() {
  if (TW_PLANT("commit-error-ignored")) {
    open_ = sqlite3_exec(database_.handle(), "COMMIT", nullptr, nullptr, nullptr) != SQLITE_OK;
    return;
  }
  database_.execute("COMMIT");
  open_ = false;
}

}  // namespace trailwatch::store
