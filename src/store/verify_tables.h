#pragma once

#include <vector>

#include "store/sqlite.h"
#include "trailwatch/store/evidence.h"

// What `verify` checks without the tree. Each throws SqliteFailure when it can't read on.
namespace trailwatch::store {

// SQLite's own look at its pages and indexes. It says nothing about values: those are the leaves' business.
std::vector<Fault> check_pages(Database& database);
// Tables, indexes, triggers and views are those of this schema, and no others.
std::vector<Fault> check_schema(Database& database);
// What is summed up about record numbers can be summed up again.
std::vector<Fault> check_numbers(Database& database);

}  // namespace trailwatch::store
