#pragma once

namespace trailwatch::store {

class Postings;

// Makes `posting(kind, key, since, before)` known to the connection of `postings`, which must outlive its statements.
// A null `since` or `before`, or one that is not given, is no bound. Throws SqliteFailure.
void register_posting_table(Postings& postings);

}  // namespace trailwatch::store
