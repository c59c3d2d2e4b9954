#include "store/verify_erased.h"

#include <nlohmann/json.hpp>

#include "trailwatch/base/hash.h"

namespace trailwatch::store {

namespace {

std::string name_of(Database& database, vault::Month secret) {
  std::string out = "month " + std::to_string(vault::calendar_month(secret));
  if (vault::class_of(secret) == 0) return out;
  Statement system(database, "SELECT system FROM shelf WHERE number=?");
  system.bind(0, vault::class_of(secret));
  return out + " of " + (system.step() ? std::string(system.text(0)) : std::to_string(vault::class_of(secret)));
}

}  // namespace

void ErasedCheck::purged(std::string_view record) {
  const nlohmann::json says = nlohmann::json::parse(record, nullptr, false);
  if (!says.is_object() || !says.contains("secret") || !says["secret"].is_number_integer()) return;
  const auto secret = says["secret"].get<vault::Month>();
  const std::string what = says.value("what", "");
  if (what == "secret") secrets_[secret].system = says.value("system", "");
  if (what == "end" && secrets_.count(secret) != 0) secrets_[secret].is_emptied = true;
  if (what == "rows") lots_[says.value("lot", std::int64_t{0})] = says.value("sha256", "");
}

std::vector<Fault> ErasedCheck::finish(Database& database, std::int64_t& accepted) const {
  std::vector<Fault> out;
  for (const auto& [secret, rows] : rows_) {
    if (secrets_.count(secret) != 0) {
      accepted += rows;
      continue;
    }
    out.push_back({name_of(database, secret), "its secret is gone and no leaf says that it was erased: " +
                                                  std::to_string(rows) + " rows can't be checked"});
  }
  check_shelves(database, out);
  check_secrets(database, out);
  check_lots(database, out);
  return out;
}

// Of rows that are there, each was held against its shelf; of erased ones only the leaf still says which system's they
// were.
void ErasedCheck::check_shelves(Database& database, std::vector<Fault>& out) const {
  std::map<std::int64_t, std::string> names;
  for (const auto& [secret, erased] : secrets_) names[vault::class_of(secret)] = erased.system;
  Statement rows(database, "SELECT number, system FROM shelf ORDER BY number");
  while (rows.step()) {
    const auto name = names.find(rows.number(0));
    const std::string where = "shelf " + std::to_string(rows.number(0));
    if (name == names.end() && classes_.count(rows.number(0)) == 0) {
      out.push_back({where, "nothing stands on it"});
    } else if (name != names.end() && name->second != rows.text(1)) {
      out.push_back({where, "is not that of its system"});
    }
  }
}

void ErasedCheck::check_secrets(Database& database, std::vector<Fault>& out) const {
  std::set<vault::Month> tombstones;
  Statement rows(database, "SELECT month, emptied FROM erased ORDER BY month");
  while (rows.step()) {
    const vault::Month secret = rows.number(0);
    tombstones.insert(secret);
    const auto known = secrets_.find(secret);
    if (known == secrets_.end()) {
      out.push_back({name_of(database, secret), "stands as erased, but no leaf says so"});
    } else if (known->second.is_emptied != (rows.number(1) == 1) || rows.number(1) > 1) {
      out.push_back({name_of(database, secret), "its row in `erased` does not say how far the erasing came"});
    }
  }
  rows.reset();
  Statement secret_row(database, "SELECT 1 FROM month_secret WHERE month=?");
  for (const auto& [secret, erased] : secrets_) {
    if (tombstones.count(secret) == 0)
      out.push_back({name_of(database, secret), "was erased, but its row in `erased` is missing"});
    secret_row.bind(0, secret);
    if (secret_row.step()) out.push_back({name_of(database, secret), "was erased, but its secret is there again"});
    secret_row.reset();
  }
}

void ErasedCheck::check_lots(Database& database, std::vector<Fault>& out) const {
  Statement lots(database, "SELECT id, month, events FROM erased_rows ORDER BY id");
  std::size_t seen = 0;
  while (lots.step()) {
    const auto lot = lots_.find(lots.number(0));
    const std::string sum = to_hex(sha256(std::to_string(lots.number(1)) + "\n" + std::string(lots.text(2))));
    const std::string where = "erased_rows " + std::to_string(lots.number(0));
    if (lot == lots_.end()) {
      out.push_back({where, "no leaf speaks of it"});
      continue;
    }
    ++seen;
    if (lot->second != sum) out.push_back({where, "is not what was sealed"});
  }
  if (seen != lots_.size()) out.push_back({"erased_rows", "rows that say what was erased are missing"});
}

}  // namespace trailwatch::store
