#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// One fuzz target a file: what is done with bytes that nobody vouches for, and what must hold whatever they are
// (TW_CHECK). `./dev fuzz` links each file with libFuzzer into a program of its own; in every other build all of them
// stand in one test program, which runs each over its corpus (corpus_test.cpp).
//
//   TW_FUZZ(csv_table) { parse_csv(input); }          // `input`: std::string_view
namespace trailwatch::fuzz {

struct Target {
  const char* name;  // also that of its file and its directory in corpus/
  void (*run)(std::string_view input);
};
std::vector<Target>& targets();
inline bool add(Target target) {
  targets().push_back(target);
  return true;
}

// Takes small decisions off the front of the input, so that one target can try several ways.
inline std::uint8_t take_byte(std::string_view& input) {
  if (input.empty()) return 0;
  const auto byte = static_cast<std::uint8_t>(input.front());
  input.remove_prefix(1);
  return byte;
}
// Up to and without the next line end; all of it when there is none.
inline std::string_view take_line(std::string_view& input) {
  const std::size_t end = input.find('\n');
  const std::string_view line = input.substr(0, end);
  input.remove_prefix(end == std::string_view::npos ? input.size() : end + 1);
  return line;
}

std::string shipped(const std::string& path);  // a file below config/

}  // namespace trailwatch::fuzz

#ifdef TW_LIBFUZZER
#define TW_FUZZ(target)                                                               \
  static void fuzz_##target(std::string_view input);                                  \
  extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);  \
  extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) { \
    fuzz_##target({reinterpret_cast<const char*>(data), size});                       \
    return 0;                                                                         \
  }                                                                                   \
  static void fuzz_##target(std::string_view input)
#else
#define TW_FUZZ(target)                                                                                     \
  static void fuzz_##target(std::string_view input);                                                        \
  [[maybe_unused]] static const bool is_added_##target = ::trailwatch::fuzz::add({#target, fuzz_##target}); \
  static void fuzz_##target(std::string_view input)
#endif
