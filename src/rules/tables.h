#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trailwatch::rules {

// Number of a text in Symbols.
using Symbol = std::uint32_t;
// Number of a tuple of symbols in Tuples.
using Slot = std::uint32_t;

// A queue over absolute positions: what is pushed n-th has position n for as long as it is there.
template <typename T>
class Fifo {
 public:
  std::uint64_t begin() const { return begin_; }
  std::uint64_t end() const { return end_; }
  bool empty() const { return begin_ == end_; }
  T& operator[](std::uint64_t at) { return items_[at & (items_.size() - 1)]; }
  const T& operator[](std::uint64_t at) const { return items_[at & (items_.size() - 1)]; }
  T& front() { return (*this)[begin_]; }
  T& back() { return (*this)[end_ - 1]; }
  const T& back() const { return (*this)[end_ - 1]; }

  // Gives the position.
  std::uint64_t push(const T& item) {
    if (end_ - begin_ == items_.size()) resize(items_.empty() ? 4 : items_.size() * 2);
    (*this)[end_] = item;
    return end_++;
  }
  void pop() {
    ++begin_;
    if (items_.size() > 1024 && end_ - begin_ < items_.size() / 8) resize(items_.size() / 4);
  }
  void pop_back() { --end_; }
  void clear() {
    begin_ = end_;
    if (items_.size() > 64) items_ = {};
  }

 private:
  // To a power of two.
  void resize(std::size_t size) {
    std::vector<T> bigger(size);
    for (std::uint64_t at = begin_; at < end_; ++at) bigger[at & (size - 1)] = std::move((*this)[at]);
    items_ = std::move(bigger);
  }

  std::vector<T> items_;
  std::uint64_t begin_ = 0, end_ = 0;
};

// A hash index over numbered things that live elsewhere: finds their numbers.
class Index {
 public:
  template <typename IsIt>
  const std::uint32_t* find(std::uint32_t hash, IsIt&& is_it) const {
    for (std::size_t at = hash & mask(); cells_[at].used(); at = (at + 1) & mask()) {
      if (cells_[at].hash == hash && is_it(cells_[at].number)) return &cells_[at].number;
    }
    return nullptr;
  }
  // Must not be there.
  void insert(std::uint32_t hash, std::uint32_t number);
  // Must be there.
  void erase(std::uint32_t hash, std::uint32_t number);

 private:
  // Eight bytes, so that a line of the cache holds eight of them: most of the time goes into fetching these.
  struct Cell {
    std::uint32_t hash = 0;
    std::uint32_t number = kFree;
    bool used() const { return number != kFree; }
    void free() { number = kFree; }
  };
  static constexpr std::uint32_t kFree = 0xFFFFFFFF;
  std::size_t mask() const { return cells_.size() - 1; }

  std::vector<Cell> cells_ = std::vector<Cell>(16);
  std::size_t count_ = 0;
};

// Texts as small numbers, each for as long as somebody holds it. Never the same number for two live texts.
class Symbols {
 public:
  // One more holder.
  Symbol acquire(std::string_view text);
  void hold(Symbol symbol) { ++slots_[symbol].holders; }
  void release(Symbol symbol);
  const std::string& text(Symbol symbol) const { return slots_[symbol].text; }

 private:
  struct Entry {
    std::string text;
    std::uint32_t hash = 0;
    std::uint32_t holders = 0;
  };
  Index index_;
  std::vector<Entry> slots_;
  std::vector<Symbol> free_;
};

// Tuples of a fixed number of symbols, likewise. A live tuple holds its symbols.
class Tuples {
 public:
  Tuples(std::size_t width, Symbols& symbols) : width_(width), symbols_(symbols) {}

  // One more holder. The second is true when the tuple was not there.
  std::pair<Slot, bool> acquire(const Symbol* key);
  void hold(Slot slot) { ++slots_[slot].holders; }
  // True when that was the last one.
  bool release(Slot slot);
  const Symbol* key(Slot slot) const { return keys_.data() + slot * width_; }
  std::size_t width() const { return width_; }

 private:
  struct Entry {
    std::uint32_t hash = 0;
    std::uint32_t holders = 0;
  };
  std::size_t width_;
  Symbols& symbols_;
  Index index_;
  std::vector<Entry> slots_;
  std::vector<Symbol> keys_;
  std::vector<Slot> free_;
};

// A number for each pair of numbers.
class PairMap {
 public:
  // Nothing there: null pointer. Valid until the next change.
  std::uint32_t* find(std::uint32_t a, std::uint32_t b);
  // Zero when it was not there.
  std::uint32_t& at(std::uint32_t a, std::uint32_t b);
  void erase(std::uint32_t a, std::uint32_t b);

 private:
  struct Cell {
    std::uint64_t key = 0;
    std::uint32_t value = 0;
    bool is_used = false;
    bool used() const { return is_used; }
    void free() { is_used = false; }
  };
  std::size_t mask() const { return cells_.size() - 1; }
  std::size_t place(std::uint64_t key) const;

  std::vector<Cell> cells_ = std::vector<Cell>(16);
  std::size_t count_ = 0;
};

}  // namespace trailwatch::rules
