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
// time, and which of the last kSeriesMinutes by a case, by officer and reason. What happens at one instant has no
// order: it explains nothing at that instant.
//
// Memory: one entry for each explained look-up inside those spans. Thread rule: one task at a time. Both references
// must outlive it.
class Repeats : public Past {
 public:
  Repeats(Symbols& symbols, EventSymbols& fields) : fields_(fields), subjects_(symbols), reasons_(symbols) {}

  // The event that is looked at from now on; `view` must live until the next call.
  void begin(Instant at, RuleView& view);
  // It has been looked at: if it is explained by itself, it explains later ones.
  void end(Instant at);

  bool explained_before(const model::QueryEvent& event) const override;
  bool in_series(const model::QueryEvent& event) const override;

 private:
  // When something was explained last, by pair, as far back as anybody asks.
  class Latest {
   public:
    explicit Latest(Symbols& symbols) : pairs_(2, symbols) {}
    void move_on(std::int64_t at_micros, std::int64_t span_micros);
    void note(std::int64_t at_micros, const std::array<Symbol, 2>& pair);
    bool holds(std::int64_t at_micros, std::int64_t span_micros, const std::array<Symbol, 2>& pair) const;

   private:
    struct Entry {
      std::int64_t time = 0;
      Slot pair = 0;
    };
    mutable Tuples pairs_;
    std::vector<std::int64_t> last_;  // by pair
    Fifo<Entry> entries_;
    std::vector<Entry> now_;  // of this instant
  };

  // Two fields of the event; nothing when one is not given.
  std::optional<std::array<Symbol, 2>> pair_of(Field one, Field other) const;

  EventSymbols& fields_;
  Latest subjects_;
  Latest reasons_;
  RuleView* view_ = nullptr;
};

}  // namespace trailwatch::rules
