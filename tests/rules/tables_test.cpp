#include "rules/tables.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <deque>
#include <map>

namespace trailwatch::rules {
namespace {

TEST(Symbols, ATextHasOneNumberForAsLongAsItIsHeld) {
  Symbols symbols;
  const Symbol a = symbols.acquire("A"), b = symbols.acquire("B");
  EXPECT_NE(a, b);
  EXPECT_EQ(symbols.acquire("A"), a);
  symbols.release(a);
  EXPECT_EQ(symbols.acquire("A"), a) << "one holder was left";
  symbols.release(a);
  symbols.release(a);
  EXPECT_EQ(symbols.acquire("C"), a) << "its number is free";
  EXPECT_EQ(symbols.text(a), "C");
  EXPECT_EQ(symbols.text(b), "B");
}

TEST(Tuples, HoldTheirSymbols) {
  Symbols symbols;
  Tuples tuples(2, symbols);
  const Symbol key[] = {symbols.acquire("A"), symbols.acquire("B")};
  const auto [slot, is_new] = tuples.acquire(key);
  EXPECT_TRUE(is_new);
  symbols.release(key[0]);
  symbols.release(key[1]);
  EXPECT_EQ(symbols.text(tuples.key(slot)[1]), "B");
  EXPECT_FALSE(tuples.acquire(key).second);
  EXPECT_FALSE(tuples.release(slot));
  EXPECT_TRUE(tuples.release(slot));
  EXPECT_EQ(symbols.acquire("Z"), key[1]) << "the last one freed is the first one used";
}

RC_GTEST_PROP(PairMap, IsAMap, ()) {
  PairMap map;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> model;
  const auto steps = *rc::gen::inRange(0, 400);
  for (int i = 0; i < steps; ++i) {
    const auto a = *rc::gen::inRange<std::uint32_t>(0, 6), b = *rc::gen::inRange<std::uint32_t>(0, 12);
    if (*rc::gen::inRange(0, 3) == 0) {
      map.erase(a, b);
      model.erase({a, b});
    } else {
      const std::uint32_t expected = ++model[{a, b}];
      RC_ASSERT(++map.at(a, b) == expected);
    }
    for (std::uint32_t x = 0; x < 6; ++x) {
      for (std::uint32_t y = 0; y < 12; ++y) {
        const auto found = model.find({x, y});
        const std::uint32_t* got = map.find(x, y);
        RC_ASSERT((got != nullptr) == (found != model.end()));
        if (got != nullptr) RC_ASSERT(*got == found->second);
      }
    }
  }
}

RC_GTEST_PROP(Symbols, AreAMapOfTextsThatAreHeld, ()) {
  Symbols symbols;
  std::map<std::string, std::pair<Symbol, int>> model;
  const auto steps = *rc::gen::inRange(0, 600);
  for (int i = 0; i < steps; ++i) {
    const std::string text = std::to_string(*rc::gen::inRange(0, 60));
    const auto found = model.find(text);
    if (found != model.end() && *rc::gen::arbitrary<bool>()) {
      symbols.release(found->second.first);
      if (--found->second.second == 0) model.erase(found);
    } else {
      const Symbol symbol = symbols.acquire(text);
      if (found != model.end()) RC_ASSERT(symbol == found->second.first);
      model[text] = {symbol, found == model.end() ? 1 : found->second.second + 1};
    }
    for (const auto& [known, held] : model) RC_ASSERT(symbols.text(held.first) == known);
  }
}

RC_GTEST_PROP(Fifo, KeepsPositions, ()) {
  Fifo<int> fifo;
  std::deque<int> model;
  std::uint64_t begin = 0;
  const auto steps = *rc::gen::inRange(0, 3000);
  for (int i = 0; i < steps; ++i) {
    // Mostly growing, then mostly shrinking, so that it is made larger and smaller.
    const bool grows = *rc::gen::inRange(0, 10) < (i < 1800 ? 9 : 1);
    if (grows || model.empty()) {
      RC_ASSERT(fifo.push(i) == begin + model.size());
      model.push_back(i);
    } else {
      RC_ASSERT(fifo.front() == model.front());
      fifo.pop();
      model.pop_front();
      ++begin;
    }
    RC_ASSERT(fifo.begin() == begin);
    RC_ASSERT(fifo.empty() == model.empty());
    if (!model.empty()) RC_ASSERT(fifo.back() == model.back());
    if (!model.empty()) RC_ASSERT(fifo[begin + model.size() / 2] == model[model.size() / 2]);
  }
}

}  // namespace
}  // namespace trailwatch::rules
