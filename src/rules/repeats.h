#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "rules/explanation.h"
#include "rules/stream_fields.h"
#include "rules/tables.h"

namespace trailwatch::rules {

// Which look-ups of the last kRepeatDays were explained, by officer and subject, while events pass in the order of
// time. What happens at one instant has no order: it explains nothing at that instant.
//
// Memory: one entry for each explained look-up inside those days. Thread rule: one task at a time. Both references must
// outlive it.
class Repeats : public Past {
 public:
  Repeats(Symbols& symbols, EventSymbols& fields) : fields_(fields), pairs_(2, symbols) {}

  // The event that is looked at from now on; `view` must live until the next call.
  void begin(Instant at, RuleView& view);
  // It has been looked at: if it is explained by itself, it explains later ones.
  void end(Instant at);

  bool explained_before(const model::QueryEvent& event) const override;

 private:
  struct Entry {
    std::int64_t time = 0;
    Slot pair = 0;
  };
  // Officer and subject of the event; nothing when one is not given.
  std::optional<std::array<Symbol, 2>> pair_of() const;
  void add(Entry entry);

  EventSymbols& fields_;
  mutable Tuples pairs_;
  std::vector<std::int64_t> last_;  // by pair: when it was explained last
  Fifo<Entry> entries_;
  std::vector<Entry> now_;  // of this instant
  RuleView* view_ = nullptr;
};

}  // namespace trailwatch::rules
