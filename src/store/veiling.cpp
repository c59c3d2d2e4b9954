#include "store/veiling.h"

#include <set>

namespace trailwatch::store {

namespace {

constexpr const char* kDone = "groups_veiled";

void veil(Connection& connection, const char* all, const char* update) {
  std::set<std::string> groups;
  {
    Statement rows(connection.database, all);
    while (rows.step()) groups.emplace(rows.text(0));
  }
  for (const std::string& group : groups) {
    const std::string veiled = connection.vault.veiled(group);
    if (veiled == group) continue;
    Statement(connection.database, update).bind(0, std::string_view(veiled)).bind(1, std::string_view(group)).run();
  }
}

}  // namespace

void veil_groups(Connection& connection) {
  Database& database = connection.database;
  {
    Statement done(database, "SELECT 1 FROM meta WHERE key=?");
    if (done.bind(0, std::string_view(kDone)).step()) return;
  }
  Scope scope(database);
  // The table has an index by day only; what comes by this one is a few rows each.
  database.execute("CREATE INDEX finding_group ON finding(grp)");
  veil(connection, "SELECT DISTINCT grp FROM finding", "UPDATE finding SET grp=? WHERE grp=?");
  database.execute("DROP INDEX finding_group; DROP TRIGGER IF EXISTS suppression_stays;");
  veil(connection, "SELECT DISTINCT grp FROM suppression", "UPDATE suppression SET grp=? WHERE grp=?");
  database.execute(
      "CREATE TRIGGER suppression_stays BEFORE UPDATE ON suppression"
      " BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;");
  Statement(database, "INSERT INTO meta(key, value) VALUES(?, '1')").bind(0, std::string_view(kDone)).run();
  scope.commit();
}

}  // namespace trailwatch::store
