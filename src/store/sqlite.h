#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>

#include "trailwatch/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace trailwatch::store {

// What SQLite said, with its extended code. Thrown inside this room only: its public functions return results.
class SqliteFailure : public std::runtime_error {
 public:
  SqliteFailure(int code, const std::string& message) : std::runtime_error(message), code_(code) {}
  int code() const { return code_; }
  Error to_error() const;

 private:
  int code_;
};

// How long a connection waits for another one's lock.
constexpr int kBusyMillis = 10'000;

// One connection. One thread at a time.
class Database {
 public:
  enum class Mode { write, read };
  // Throws SqliteFailure. Write: creates the file (mode 0600 by the process's umask); WAL, synchronous=FULL.
  // Read: never writes, never checkpoints.
  Database(const std::string& path, Mode mode);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  void execute(const char* sql);
  std::int64_t number(const char* sql);
  sqlite3* handle() const { return handle_; }
  int changes() const;

 private:
  friend class Statement;
  sqlite3_stmt* take_idle(const char* sql);
  void give_back(sqlite3_stmt* statement);

  sqlite3* handle_ = nullptr;
  // Statements that nobody uses just now, by their text: preparing one costs more than running it.
  std::unordered_multimap<std::string, sqlite3_stmt*> idle_;
};

// A prepared statement, from the connection's idle ones where there is one with this text. Parameters and columns count
// from 0. Bound text must live until the next step or reset.
class Statement {
 public:
  Statement(Database& database, const char* sql);
  ~Statement();
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;

  Statement& bind(int at, std::int64_t value);
  Statement& bind(int at, double value);
  Statement& bind(int at, std::string_view text);
  Statement& bind_bytes(int at, std::string_view bytes);
  Statement& bind_null(int at);
  Statement& bind(int at, const std::optional<std::int64_t>& value);

  // True while there is a row.
  bool step();
  void reset();
  // For statements without rows: step and reset.
  void run();

  std::int64_t number(int column) const;
  double real(int column) const;
  bool is_null(int column) const;
  int columns() const;
  // Valid until the next step.
  std::string_view text(int column) const;

 private:
  Database& database_;
  sqlite3_stmt* handle_ = nullptr;
};

// Rolls back unless committed.
class Scope {
 public:
  explicit Scope(Database& database);
  ~Scope();
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

// Runs `body` and turns a SqliteFailure into an Error: the door of this room.
template <typename F>
auto at_the_door(F&& body) -> Result<decltype(body())> {
  try {
    return body();
  } catch (const SqliteFailure& failure) {
    return failure.to_error();
  }
}

}  // namespace trailwatch::store
