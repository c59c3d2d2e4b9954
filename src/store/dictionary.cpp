#include "store/dictionary.h"

#include <sqlite3.h>

namespace trailwatch::store {

namespace {

constexpr std::size_t kKinds = 16;
// A hostile source could make every terminal a new one; then the memory is given back and the index is asked again.
constexpr std::size_t kKeptMax = 200'000;

std::string place_key(std::string_view agency, std::string_view unit) {
  std::string key(agency);
  key.push_back('\x1f');
  key.append(unit);
  return key;
}

}  // namespace

Dictionary::Dictionary(Database& database)
    : database_(database),
      find_(database, "SELECT id FROM word WHERE kind=? AND text=?"),
      add_(database, "INSERT INTO word(kind, text) VALUES(?, ?)"),
      text_(database, "SELECT text FROM word WHERE id=?"),
      find_place_(database, "SELECT id FROM place WHERE agency=? AND unit=?"),
      add_place_(database, "INSERT INTO place(agency, unit) VALUES(?, ?)"),
      place_text_(database, "SELECT agency, unit FROM place WHERE id=?"),
      ids_(kKinds) {}

std::int64_t Dictionary::find(WordKind kind, std::string_view text) {
  auto& kept = ids_[static_cast<std::size_t>(kind)];
  const std::string key(text);
  const auto found = kept.find(key);
  if (found != kept.end()) return found->second;
  find_.bind(0, static_cast<std::int64_t>(kind)).bind(1, text);
  const std::int64_t id = find_.step() ? find_.number(0) : 0;
  find_.reset();
  if (kept.size() >= kKeptMax) kept.clear();
  if (id != 0) kept.emplace(key, id);
  return id;
}

std::int64_t Dictionary::id(WordKind kind, std::string_view text) {
  std::int64_t id = find(kind, text);
  if (id != 0) return id;
  add_.bind(0, static_cast<std::int64_t>(kind)).bind(1, text).run();
  id = sqlite3_last_insert_rowid(database_.handle());
  ids_[static_cast<std::size_t>(kind)].emplace(std::string(text), id);
  return id;
}

const std::string& Dictionary::text(std::int64_t id) {
  const auto found = texts_.find(id);
  if (found != texts_.end()) return found->second;
  text_.bind(0, id);
  if (!text_.step()) {
    text_.reset();
    throw SqliteFailure(SQLITE_CORRUPT, "word " + std::to_string(id) + " is missing");
  }
  std::string text(text_.text(0));
  text_.reset();
  if (texts_.size() >= kKeptMax) texts_.clear();
  return texts_.emplace(id, std::move(text)).first->second;
}

std::int64_t Dictionary::find_place(std::string_view agency, std::string_view unit) {
  std::string key = place_key(agency, unit);
  const auto found = places_.find(key);
  if (found != places_.end()) return found->second;
  find_place_.bind(0, agency).bind(1, unit);
  const std::int64_t id = find_place_.step() ? find_place_.number(0) : 0;
  find_place_.reset();
  if (places_.size() >= kKeptMax) places_.clear();
  if (id != 0) places_.emplace(std::move(key), id);
  return id;
}

std::int64_t Dictionary::place(std::string_view agency, std::string_view unit) {
  std::int64_t id = find_place(agency, unit);
  if (id != 0) return id;
  add_place_.bind(0, agency).bind(1, unit).run();
  id = sqlite3_last_insert_rowid(database_.handle());
  places_.emplace(place_key(agency, unit), id);
  return id;
}

const std::pair<std::string, std::string>& Dictionary::place_text(std::int64_t id) {
  const auto found = place_texts_.find(id);
  if (found != place_texts_.end()) return found->second;
  place_text_.bind(0, id);
  if (!place_text_.step()) {
    place_text_.reset();
    throw SqliteFailure(SQLITE_CORRUPT, "place " + std::to_string(id) + " is missing");
  }
  std::pair<std::string, std::string> text(place_text_.text(0), place_text_.text(1));
  place_text_.reset();
  if (place_texts_.size() >= kKeptMax) place_texts_.clear();
  return place_texts_.emplace(id, std::move(text)).first->second;
}

void Dictionary::forget() {
  for (auto& kept : ids_) kept.clear();
  texts_.clear();
  places_.clear();
  place_texts_.clear();
}

}  // namespace trailwatch::store
