#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "trailwatch/base/time.h"
#include "trailwatch/vault/vault.h"

// What is kept how long, as far as the store knows of it (docs/personal-data.md).
namespace trailwatch::store {

// What one secret makes readable, and what is therefore erased as one: the events of a system in a calendar month, or
// what belongs to no system (`system` empty): records in quarantine, reasons, reports and messages of that month, and
// the events of stores that were made before systems were told apart.
struct Shelf {
  vault::Month secret = 0;  // its number: class and month
  std::string system;
  bool is_erased = false;   // its secret was destroyed
  bool is_emptied = false;  // and its rows are gone
  vault::Month month() const { return vault::calendar_month(secret); }
  bool operator==(const Shelf&) const = default;
};

// How far the erasing of one shelf has come.
struct Purged {
  std::int64_t rows = 0;  // that went in this step
  bool is_done = false;
};

}  // namespace trailwatch::store
