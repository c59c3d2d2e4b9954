#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "store/sqlite.h"

namespace trailwatch::store {

// What a word is. Written to disk: never renumber.
enum class WordKind : int {
  system = 1,
  channel = 2,
  officer = 3,
  account = 4,
  terminal = 5,
  action = 6,
  reason_code = 7,
  approver = 8,
  rule = 12,
};

// Texts as numbers, so that an event row is small and compares by number. Ids never change and are never reused.
// Keeps what it has seen in memory: officers, terminals and codes are few.
class Dictionary {
 public:
  explicit Dictionary(Database& database);

  // Adds the word when it is new.
  std::int64_t id(WordKind kind, std::string_view text);
  // 0 when there is no such word.
  std::int64_t find(WordKind kind, std::string_view text);
  // TW_CHECKs that the id exists.
  const std::string& text(std::int64_t id);

  std::int64_t place(std::string_view agency, std::string_view unit);
  // 0 when there is no such unit.
  std::int64_t find_place(std::string_view agency, std::string_view unit);
  // Agency, unit.
  const std::pair<std::string, std::string>& place_text(std::int64_t id);

  // After a rollback: what was added since is not in the store.
  void forget();

 private:
  Database& database_;
  Statement find_, add_, text_, find_place_, add_place_, place_text_;
  std::vector<std::unordered_map<std::string, std::int64_t>> ids_;
  std::unordered_map<std::int64_t, std::string> texts_;
  std::unordered_map<std::string, std::int64_t> places_;
  std::unordered_map<std::int64_t, std::pair<std::string, std::string>> place_texts_;
};

}  // namespace trailwatch::store
