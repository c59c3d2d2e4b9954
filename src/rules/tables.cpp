#include "rules/tables.h"

#include <algorithm>
#include <functional>

#include "trailwatch/base/check.h"

namespace trailwatch::rules {

namespace {

// The finaliser of a 64-bit mixing function: every bit of the input moves every bit of the output.
std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31);
}

// Open addressing with linear steps: takes the cell at `hole` away and closes the gap, so that no search stops too
// early.
template <typename Cells, typename Home>
void close_gap(Cells& cells, std::size_t hole, Home&& home) {
  const std::size_t mask = cells.size() - 1;
  for (std::size_t at = (hole + 1) & mask; cells[at].used(); at = (at + 1) & mask) {
    // May this one stand at the hole? Only if its home does not lie behind it.
    if (((at - home(cells[at])) & mask) >= ((at - hole) & mask)) {
      cells[hole] = cells[at];
      hole = at;
    }
  }
  cells[hole].free();
}

bool is_full(std::size_t count, std::size_t size) {
  return count * 4 >= size * 3;
}
bool is_sparse(std::size_t count, std::size_t size) {
  return size > 4096 && count * 16 < size;
}

}  // namespace

void Index::insert(std::uint32_t hash, std::uint32_t number) {
  const auto put = [](std::vector<Cell>& cells, const Cell& cell) {
    std::size_t at = cell.hash & (cells.size() - 1);
    while (cells[at].used()) at = (at + 1) & (cells.size() - 1);
    cells[at] = cell;
  };
  if (is_full(count_ + 1, cells_.size()) || is_sparse(count_ + 1, cells_.size())) {
    std::vector<Cell> other(is_full(count_ + 1, cells_.size()) ? cells_.size() * 2 : cells_.size() / 4);
    for (const Cell& cell : cells_) {
      if (cell.used()) put(other, cell);
    }
    cells_ = std::move(other);
  }
  put(cells_, Cell{hash, number});
  ++count_;
}

void Index::erase(std::uint32_t hash, std::uint32_t number) {
  std::size_t at = hash & mask();
  while (!(cells_[at].hash == hash && cells_[at].number == number)) {
    TW_CHECK(cells_[at].used());
    at = (at + 1) & mask();
  }
  close_gap(cells_, at, [](const Cell& cell) { return cell.hash; });
  --count_;
}

Symbol Symbols::acquire(std::string_view text) {
  const auto hash = static_cast<std::uint32_t>(mix(std::hash<std::string_view>{}(text)));
  if (const auto* found = index_.find(hash, [&](Symbol symbol) { return slots_[symbol].text == text; })) {
    ++slots_[*found].holders;
    return *found;
  }
  Symbol symbol = static_cast<Symbol>(slots_.size());
  if (free_.empty()) {
    slots_.emplace_back();
  } else {
    symbol = free_.back();
    free_.pop_back();
  }
  slots_[symbol].text.assign(text);
  slots_[symbol].hash = hash;
  slots_[symbol].holders = 1;
  index_.insert(hash, symbol);
  return symbol;
}

void Symbols::release(Symbol symbol) {
  Entry& entry = slots_[symbol];
  if (--entry.holders != 0) return;
  index_.erase(entry.hash, symbol);
  if (entry.text.capacity() > 64) entry.text = {};
  free_.push_back(symbol);
}

std::pair<Slot, bool> Tuples::acquire(const Symbol* key) {
  std::uint64_t mixed = width_;
  for (std::size_t i = 0; i < width_; ++i) mixed = mix(mixed * 31 + key[i] + 1);
  const auto hash = static_cast<std::uint32_t>(mixed);
  const auto is_it = [&](Slot slot) { return std::equal(key, key + width_, keys_.data() + slot * width_); };
  if (const auto* found = index_.find(hash, is_it)) {
    ++slots_[*found].holders;
    return {*found, false};
  }
  Slot slot = static_cast<Slot>(slots_.size());
  if (free_.empty()) {
    slots_.emplace_back();
    keys_.resize(keys_.size() + width_);
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  std::copy(key, key + width_, keys_.data() + slot * width_);
  for (std::size_t i = 0; i < width_; ++i) symbols_.hold(key[i]);
  slots_[slot] = {hash, 1};
  index_.insert(hash, slot);
  return {slot, true};
}

bool Tuples::release(Slot slot) {
  Entry& entry = slots_[slot];
  if (--entry.holders != 0) return false;
  index_.erase(entry.hash, slot);
  for (std::size_t i = 0; i < width_; ++i) symbols_.release(keys_[slot * width_ + i]);
  free_.push_back(slot);
  return true;
}

std::size_t PairMap::place(std::uint64_t key) const {
  std::size_t at = mix(key) & mask();
  while (cells_[at].used() && cells_[at].key != key) at = (at + 1) & mask();
  return at;
}

std::uint32_t* PairMap::find(std::uint32_t a, std::uint32_t b) {
  Cell& cell = cells_[place(std::uint64_t{a} << 32 | b)];
  return cell.used() ? &cell.value : nullptr;
}

std::uint32_t& PairMap::at(std::uint32_t a, std::uint32_t b) {
  const std::uint64_t key = std::uint64_t{a} << 32 | b;
  std::size_t at = place(key);
  if (cells_[at].used()) return cells_[at].value;
  if (is_full(count_ + 1, cells_.size()) || is_sparse(count_ + 1, cells_.size())) {
    std::vector<Cell> old(is_full(count_ + 1, cells_.size()) ? cells_.size() * 2 : cells_.size() / 4);
    old.swap(cells_);
    for (const Cell& cell : old) {
      if (cell.used()) cells_[place(cell.key)] = cell;
    }
    at = place(key);
  }
  ++count_;
  cells_[at] = Cell{key, 0, true};
  return cells_[at].value;
}

void PairMap::erase(std::uint32_t a, std::uint32_t b) {
  const std::size_t at = place(std::uint64_t{a} << 32 | b);
  if (!cells_[at].used()) return;
  close_gap(cells_, at, [](const Cell& cell) { return mix(cell.key); });
  --count_;
}

}  // namespace trailwatch::rules
