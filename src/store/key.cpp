#include "trailwatch/store/key.h"

#include <sqlite3.h>

#include "store/sqlite.h"

namespace trailwatch::store {

Result<std::optional<std::string>> key_of_store(const std::string& path) {
  return at_the_door([&] {
    std::optional<std::string> out;
    try {
      Database database(path, Database::Mode::read);
      Statement known(database, "SELECT value FROM meta WHERE key='key_id'");
      if (known.step()) out = std::string(known.text(0));
    } catch (const SqliteFailure& failure) {
      // No file, one without our tables, or one that was cut off while it was made and must be rolled back by who
      // writes: whoever opens it for work will say what is wrong with it.
      const int primary = failure.code() & 0xFF;
      if (primary != SQLITE_CANTOPEN && primary != SQLITE_ERROR && primary != SQLITE_NOTADB &&
          primary != SQLITE_READONLY)
        throw;
    }
    return out;
  });
}

}  // namespace trailwatch::store
