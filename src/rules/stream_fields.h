#pragma once

#include <optional>
#include <vector>

#include "rules/rule_view.h"
#include "rules/tables.h"

namespace trailwatch::rules {

// The fields of one event as symbols, each looked up once however many rules group by it.
//
// Thread rule: one task at a time. `symbols` must outlive it.
class EventSymbols {
 public:
  explicit EventSymbols(Symbols& symbols) : symbols_(symbols), known_(rules::field_names().size()) {}

  // The value in the form in which keys are compared; nothing when it is not given. Held until `forget`.
  std::optional<Symbol> find(Field field, RuleView& view) {
    Known& known = known_[static_cast<std::size_t>(field)];
    if (!known.asked) {
      known.asked = true;
      asked_.push_back(field);
      if (view.exists(field)) {
        const std::string_view text = view.text(field);
        known.symbol = symbols_.acquire(is_folded(text) ? text : fold_key(text));
      }
    }
    return known.symbol;
  }
  // The next event.
  void forget() {
    for (const Field field : asked_) {
      Known& known = known_[static_cast<std::size_t>(field)];
      if (known.symbol) symbols_.release(*known.symbol);
      known = {};
    }
    asked_.clear();
  }

 private:
  struct Known {
    bool asked = false;
    std::optional<Symbol> symbol;
  };
  Symbols& symbols_;
  std::vector<Known> known_;
  std::vector<Field> asked_;
};

}  // namespace trailwatch::rules
