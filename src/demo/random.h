#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace trailwatch::demo {

// Our own source of chance, since the distributions of the standard library differ between libraries: everything made
// here is the same on every machine. Whole numbers only, for a compiler may round a fraction its own way.
//
// A stream is named by a seed, a label and two numbers, so that what one officer does on one day does not depend on how
// much chance another used up. Never draw twice in one expression: the order would be the compiler's choice.
class Random {
 public:
  Random(std::uint64_t seed, std::string_view label, std::uint64_t a = 0, std::uint64_t b = 0);

  std::uint64_t next();
  // 0 .. n-1; `n` >= 1.
  std::uint64_t below(std::uint64_t n);
  std::size_t index(std::size_t n) { return static_cast<std::size_t>(below(n)); }
  // Both ends included.
  int between(int low, int high);
  std::int64_t between64(std::int64_t low, std::int64_t high);
  bool percent(int chance) { return below(100) < static_cast<std::uint64_t>(chance); }
  bool per_mille(int chance) { return below(1000) < static_cast<std::uint64_t>(chance); }
  template <typename Container>
  auto pick(const Container& from) -> decltype(*(from.begin() + 0)) {
    return *(from.begin() + static_cast<std::ptrdiff_t>(below(from.size())));
  }

 private:
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace trailwatch::demo
