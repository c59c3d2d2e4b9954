#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "normalise/profile_impl.h"

namespace trailwatch::normalise {

// What one record holds in the columns that the profile names. Views into the reader's buffers; empty means not given.
struct Row {
  std::vector<std::string_view> values;  // by slot
  std::vector<bool> given;               // by slot: the record names this column, be it without a value

  void clear(std::size_t slots) {
    values.assign(slots, {});
    given.assign(slots, false);
  }
  // False when the record names the column twice.
  bool put(Slot slot, std::string_view value) {
    if (given[slot]) return false;
    given[slot] = true;
    values[slot] = value;
    return true;
  }
};

// Finds the slot of a column whose name comes with every record. Records of one source name the same columns in the
// same order, so the n-th name is first compared with the n-th name of the record before.
class SlotMemo {
 public:
  explicit SlotMemo(const std::vector<std::string>& columns) {
    for (Slot slot = 0; slot < columns.size(); ++slot) slots_.emplace(columns[slot], slot);
  }
  std::optional<Slot> find(std::size_t nth, std::string_view name) {
    if (nth < seen_.size() && seen_[nth].name == name) return seen_[nth].slot;
    const auto found = slots_.find(std::string(name));
    const std::optional<Slot> slot = found == slots_.end() ? std::nullopt : std::optional(found->second);
    if (nth < kRemembered) {
      if (seen_.size() <= nth) seen_.resize(nth + 1);
      seen_[nth] = {std::string(name), slot};
    }
    return slot;
  }

 private:
  static constexpr std::size_t kRemembered = 64;
  struct Seen {
    std::string name;
    std::optional<Slot> slot;
  };
  std::unordered_map<std::string, Slot> slots_;
  std::vector<Seen> seen_;
};

}  // namespace trailwatch::normalise
